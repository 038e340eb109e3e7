"""On a real GPU. Where there is none, every test of this folder is listed as not run."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.assignment.sample import read_tree
from autograder.course import Course
from autograder.data import EMBEDDED_SHA256, load
from autograder.engine.grade import sandbox_limits
from autograder.engine.training import Digits, TrainingContext, TrainingOutcome
from autograder.sandbox import Limits, Zygote, gpu_nodes
from tests.sandbox.student import GpuZygote, run, value

ROOT = Path(__file__).parents[2]
TRAIN = "torch._dynamo"


@pytest.fixture(scope="session", autouse=True)
def _gpu() -> None:
    if not gpu_nodes():
        pytest.skip("not run: no CUDA device")


@pytest.fixture(scope="session")
def gpu(_gpu: None) -> Iterator[Zygote]:
    """Every sandbox that it opens may use the GPU, unless told otherwise."""
    with GpuZygote() as started:
        started.preload(TRAIN)
        yield started


@pytest.fixture(scope="session")
def course() -> Course:
    return Course.find(ROOT)


@pytest.fixture(scope="session")
def embedded() -> Digits:
    data = load("embedded", expected={"embedded": EMBEDDED_SHA256})
    return Digits(data.name, data.sha256, data.train_images, data.test_images)


@pytest.fixture(scope="session")
def solution() -> dict[str, bytes]:
    return read_tree(ROOT / "solutions" / "generative-models")


@pytest.fixture(scope="session")
def train(
    gpu: Zygote, course: Course, embedded: Digits, solution: dict[str, bytes]
) -> Callable[..., TrainingOutcome]:
    """A training run of the course on the GPU, by its name in grading.yml; settings can be changed."""
    plain = Zygote(device="cuda")
    plain.preload(TRAIN)

    def go(
        name: str,
        files: dict[str, bytes] | None = None,
        *,
        limits: Limits | None = None,
        data: Digits = embedded,
        seed: bytes = b"a seed",
        zygote: Zygote = plain,
        **settings: Any,
    ) -> TrainingOutcome:
        (found,) = (r for r in course.sheet.runs if r.criterion == f"{name}.training")
        context = TrainingContext(
            zygote=zygote,
            files=solution if files is None else files,
            data=data,
            settings={**course.spec.training[name], **settings},
            failed=frozenset(),
            seed=seed,
            limits=limits or sandbox_limits(course.spec.limits),
            progress=lambda *_: None,
            device="cuda",
        )
        return found.run(context)

    yield go
    plain.close()


@pytest.fixture
def free(gpu: Zygote) -> Callable[[], int]:
    """Free bytes of the GPU's memory, as a fresh sandbox sees them."""
    source = "import torch\ndef f(): return torch.cuda.mem_get_info()[0]"
    return lambda: int(value(run(gpu, source, limits=Limits(call_seconds=30))))
