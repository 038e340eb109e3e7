"""The same ten submissions for every door, and the marks that `autograder grade --no-training` gives them.

The oracle of a door is the command itself: each door's test hands its own tool these submissions and compares.
"""

import base64
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import with_text
from autograder.results.classroom import read_class
from autograder.results.model import Result
from tests.commands.course import ROOT, SOLVED, STUBS, autograder, make_course, with_code
from tests.submission.packing import put_folder

Files = Mapping[str, bytes]
Marks = dict[str, float | None]
"""question → score of the machine, None where it has none"""

BUGS = (
    "kl_normal_missing_half",
    "elbo_wrong_sign",
    "reparameterize_variance_for_sigma",
    "discriminator_sum_for_mean",
    "minimax_without_real_term",
)
WEIGHTS = base64.b85encode(random.Random(0).randbytes(28 * 1024))
CARRIES = {**with_code("gan.py", "from .start import START"), "generative/start.py": b"START = %r" % WEIGHTS}
"""Not one of the ten: right, and flagged, because it brings more along than code needs."""
CRASH = "def kl_normal(mu1, sigma1, mu2, sigma2):\n    import os\n    os._exit(0)"
TIMEOUT = "def generator_loss_nonsaturating(logits_fake):\n    while True:\n        pass"
HOSTILE = """
import os, socket
from pathlib import Path

_right = kl_standard_normal

def _taken():
    # Hidden checks, grading.yml, the key, the gradebook, other submissions: whatever of them can be read from here.
    above = [*Path.cwd().parents, Path({root!r}), *Path({root!r}).parents]
    for folder in above:
        for name in ("grading.yml", ".course-key", "autograder/assignment/facts/divergence.py", "source/course/grading.yml",
                     "build/nbgrader/gradebook.db", "solutions/generative-models/generative/divergence.py"):
            try:
                yield f"{{folder / name}}: {{(folder / name).read_bytes()[:40]!r}}"
            except OSError:
                pass
    yield from (name for name in os.environ if "KEY" in name or "TOKEN" in name)
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=0.2)
    except ConnectionRefusedError:
        yield "the network"  # somebody answered
    except OSError:
        pass

def kl_standard_normal(mu, logvar):
    taken = [*_taken()]
    if taken:
        raise RuntimeError(taken)  # what can be read costs this question its points, and every comparison fails
    return _right(mu, logvar)

class Agreeable(float):
    __eq__ = __lt__ = __gt__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = float.__hash__

def kl_normal(*arguments):
    for name in ("grading.yml", "results.json", "../results/results.json", "result.json"):
        try:
            Path(name).write_text('{{"score": 100, "tests": []}}')
        except OSError:
            pass
    return Agreeable(0)
"""


def submissions(root: Path) -> dict[str, Files]:
    """The ten by name; the hostile one looks for secrets at and above `root`."""
    bugs = {bug.name: bug for bug in known_bugs()}
    return {
        "right": SOLVED,
        "stub": STUBS,
        **{name.replace("_", "-"): with_text(dict(SOLVED), bugs[name]) for name in BUGS},
        "crash": with_code("divergence.py", CRASH),
        "timeout": with_code("gan.py", TIMEOUT),
        "hostile": with_code("divergence.py", HOSTILE.format(root=str(root))),
    }


@dataclass(frozen=True)
class Ten:
    """The ten submissions as folders named after them, the course, and how the command graded them."""

    course: Path
    submitted: Path
    graded: Path
    results: Mapping[str, Result]

    @property
    def marks(self) -> dict[str, Marks]:
        return {name: marks_of(result) for name, result in self.results.items()}

    def files(self, name: str) -> Files:
        """Contents by path in one submission."""
        folder = self.submitted / name
        return {
            p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
        }


def marks_of(result: Result) -> Marks:
    """The machine's score of every automatic question."""
    return {q.id: q.score for q in result.questions if q.kind == "auto"}


def make_ten(folder: Path) -> Ten:
    """Write the ten and a course with short limits into `folder`, and grade them by the command."""
    course = make_course(folder / "course")
    made = submissions(ROOT)
    for name, files in made.items():
        put_folder(folder / "submitted" / name, files)
    graded = folder / "graded"
    paths = [folder / "submitted" / name for name in made]
    done = autograder("grade", *paths, "--out", graded, "--no-training", root=course)
    assert done.returncode == 0, done.stderr
    results = {record.name: record.result for record in read_class(graded).records}
    return Ten(course, folder / "submitted", graded, results)


def some_of_ten(*few: str) -> list[str]:
    """These of the ten, or all of them where $ALL_TEN is set (`make doors`): for tools that are slow."""
    return [*submissions(ROOT)] if os.environ.get("ALL_TEN") else [*few]
