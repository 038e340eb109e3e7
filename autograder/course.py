"""A course repository: where its parts lie, and how they are joined for a grading run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autograder.assignment.sheet import given_files, handed_out, make_sheet
from autograder.data import DataSet, load
from autograder.engine.grade import Bench
from autograder.engine.sheet import Sheet
from autograder.engine.training import Digits
from autograder.errors import AutograderError
from autograder.sandbox import Zygote
from autograder.spec import Spec
from autograder.spec import load as load_spec
from autograder.spec.hashes import code_digest, execution_hash, marking_hash
from autograder.spec.seeds import course_key

SPEC_FILE = "grading.yml"
ASSIGNMENT = "generative-models"


@dataclass(frozen=True)
class Course:
    """The repository at `root`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Course:
        """The nearest folder at or above `start` that holds a grading.yml."""
        for folder in (start.resolve(), *start.resolve().parents):
            if (folder / SPEC_FILE).is_file():
                return cls(folder)
        raise AutograderError(
            f"no {SPEC_FILE} in {start.resolve()} or above. Run from the course's root, or give --root."
        )

    @property
    def release(self) -> Path:
        return self.root / "release" / ASSIGNMENT

    @property
    def solutions(self) -> Path:
        return self.root / "solutions" / ASSIGNMENT

    @cached_property
    def sheet(self) -> Sheet:
        return make_sheet(given_files(self.release), handed_out(self.release))

    @cached_property
    def spec(self) -> Spec:
        offered = make_sheet({})
        return load_spec(self.root / SPEC_FILE, offered.criteria, offered.settings, offered.mistakes)

    def data(self, choice: str | None) -> Digits:
        """The training and held-out digits: `choice` is "embedded", a folder, or None for $MNIST_DIR or ./data."""
        found: DataSet = load(
            choice, expected={str(name): sha256 for name, sha256 in self.spec.data.sha256.items()}
        )
        return Digits(found.name, found.sha256, found.train_images, found.test_images)

    def check_questions(self, only: Collection[str]) -> None:
        """AutograderError if one of the questions is not an automatic one of grading.yml."""
        unknown = set(only) - {q.id for q in self.spec.questions if q.kind == "auto"}
        if unknown:
            known = ", ".join(q.id for q in self.spec.questions if q.kind == "auto")
            raise AutograderError(
                f"--only: no automatic question is called {', '.join(sorted(unknown))}. There are: {known}."
            )

    def bench(
        self, zygote: Zygote, data: Digits | None, *, device: str = "cpu", only: Collection[str] = ()
    ) -> Bench:
        """What the grading of all submissions has in common."""
        return Bench(
            spec=self.spec,
            sheet=self.sheet,
            zygote=zygote,
            course_key=course_key(self.root),
            execution_sha256=execution_hash(self.spec, self.sheet.given, code_digest()),
            marking_sha256=marking_hash(self.spec),
            data=data,
            device=device,
            only=frozenset(only),
        )
