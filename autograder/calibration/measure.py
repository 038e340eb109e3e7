"""Trains and judges what is still missing: through the same sandboxes and judges as a submission."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from autograder.calibration.measures import OPEN, measured
from autograder.calibration.record import Row
from autograder.calibration.variants import VARIANTS, Variant
from autograder.engine.grade import sandbox_limits
from autograder.engine.training import Digits, TrainingContext, TrainingRun
from autograder.sandbox import Zygote
from autograder.spec import Spec

FRESH = 1000  # the first of the fresh seeds


@dataclass(frozen=True)
class Seeds:
    """How many seeds each kind of variant gets."""

    reference: int
    other: int
    bug: int
    fresh: int = 0  # of the model solution again, by which no gate is chosen

    def of(self, kind: str) -> range:
        """The seeds."""
        first = FRESH if kind == "fresh" else 0
        return range(first, first + int(getattr(self, kind)))


@dataclass(frozen=True)
class Task:
    """One run that is to be measured."""

    run: TrainingRun
    variant: Variant
    seed: int
    row: Row  # without its values


@dataclass(frozen=True)
class Measuring:
    """Everything that all tasks have in common."""

    spec: Spec
    runs: Sequence[TrainingRun]
    solved: Mapping[str, bytes]
    data: Digits
    device: str
    budgets: Mapping[str, str]  # by run
    codes: Mapping[str, str]  # by run

    def tasks(self, seeds: Seeds) -> Iterator[Task]:
        """All tasks, seed by seed, so that an early end leaves something of everything."""
        for place in range(max(seeds.reference, seeds.other, seeds.bug, seeds.fresh)):
            for run in self.runs:
                name = run.criterion.partition(".")[0]
                for variant in VARIANTS:
                    own = seeds.of(variant.kind)
                    if name in variant.runs and place < len(own):
                        yield Task(run, variant, own[place], self._row(name, variant, own[place]))

    def measure(
        self, tasks: Sequence[Task], zygote: Zygote, jobs: int, measured_one: Callable[[Row], None]
    ) -> None:
        """Measure the tasks, `jobs` at a time, and hand over each row when it is there."""
        zygote.preload(*{library for task in tasks for library in task.run.preload})
        with ThreadPoolExecutor(jobs) as pool:
            futures = [pool.submit(self._one, task, zygote) for task in tasks]
            try:
                for future in as_completed(futures):
                    measured_one(future.result())
            finally:
                pool.shutdown(cancel_futures=True)

    def _one(self, task: Task, zygote: Zygote) -> Row:
        name = task.row.run
        settings: dict[str, Any] = {
            **self.spec.training[name],
            "gates": [{"data": self.data.name, **OPEN[name]}],
        }
        if name == "gan":
            settings["picture_steps"] = 0
        context = TrainingContext(
            zygote=zygote,
            files=self._files(task.variant),
            data=self.data,
            settings=settings,
            failed=frozenset(),
            seed=f"calibration {task.seed}".encode(),
            limits=sandbox_limits(self.spec.limits),
            progress=lambda *_: None,
            device=self.device,
        )
        outcome = task.run.run(context)
        record = getattr(outcome.record, name)
        return task.row.model_copy(
            update={
                "status": outcome.status,
                "message": outcome.message[:300],
                "values": measured(outcome.record),
                "seconds": round(record.seconds, 2) if record is not None else 0.0,
            }
        )

    def _files(self, variant: Variant) -> dict[str, bytes]:
        if not variant.file:
            return dict(self.solved)
        path = f"generative/{variant.file}.py"
        return {**self.solved, path: self.solved[path] + b"\n" + variant.code.encode()}

    def _row(self, name: str, variant: Variant, seed: int) -> Row:
        return Row(
            run=name,
            budget=self.budgets[name],
            code=self.codes[name],
            data=self.data.name,
            data_sha256=self.data.sha256,
            device=self.device,
            variant=variant.name,
            kind=variant.kind,
            seed=seed,
            status="",
            message="",
            values={},
            seconds=0.0,
        )
