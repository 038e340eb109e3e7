"""Training runs on a GPU: fair, repeatable, ended when they should, and nothing of one is another's failure."""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.engine.training import Digits
from autograder.errors import DataError, SandboxError
from autograder.results.store import read_result
from autograder.sandbox import Limits, Zygote
from tests.commands.course import autograder
from tests.sandbox.student import ask, call, files
from tests.submission.packing import put_folder

SHORT = {"steps": 100, "gates": [{"data": "embedded", "elbo": -400, "too_good": -100}]}


def edited(solution: dict[str, bytes], before: str) -> dict[str, bytes]:
    """The solution with these lines at the start of every call of bernoulli_log_likelihood(x, logits)."""
    name = "generative/elbo.py"
    own = f"\n\n_right = bernoulli_log_likelihood\n\n\ndef bernoulli_log_likelihood(x, logits):\n{before}\n    return _right(x, logits)\n"
    return {**solution, name: solution[name] + own.encode()}


@pytest.fixture(scope="module")
def sets(course: Course, embedded: Digits) -> dict[str, Digits]:
    """Both data sets, or the embedded one where MNIST is not at hand."""
    try:
        return {"embedded": embedded, "mnist": course.data(None)}
    except DataError:
        return {"embedded": embedded}


@pytest.mark.parametrize("data", ["embedded", "mnist"])
@pytest.mark.parametrize("name", ["vae", "gan", "saturation"])
def test_the_model_solution_passes_its_gates(train, sets, name: str, data: str) -> None:
    if data not in sets:
        pytest.skip("MNIST is not there; MNIST_DIR names its folder")
    outcome = train(name, data=sets[data])
    assert outcome.status == "passed", outcome.message


def test_the_same_run_gives_the_same_numbers(train) -> None:
    one, two = (train("vae", **SHORT).record.vae for _ in range(2))
    assert one.loss == two.loss
    assert (one.trusted_elbo, one.kl) == (two.trusted_elbo, two.kl)
    assert len(one.loss) == 100


def test_another_seed_gives_other_numbers(train) -> None:
    one, two = (train("vae", seed=seed, **SHORT).record.vae for seed in (b"one", b"two"))
    assert one.trusted_elbo != two.trusted_elbo


def test_float32_is_not_shortened_to_tf32(train, solution) -> None:
    """Said in `prepare`: gates come from runs in full precision."""
    flags = "    import torch\n    assert x.is_cuda and not torch.backends.cudnn.allow_tf32 and not torch.backends.cuda.matmul.allow_tf32"
    assert train("vae", edited(solution, flags), **SHORT).status == "passed"


def test_several_runs_side_by_side_give_the_numbers_of_one(train) -> None:
    alone = train("vae", **SHORT).record.vae
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda _: train("vae", **SHORT), range(4)))
    assert [o.status for o in outcomes] == ["passed"] * 4
    assert {o.record.vae.trusted_elbo for o in outcomes} == {alone.trusted_elbo}


def test_code_tied_to_the_cpu_loses_nothing_here(train, solution) -> None:
    code = solution["generative/vae.py"].decode()
    assert "torch.randn_like(sigma)" in code
    tied = {
        **solution,
        "generative/vae.py": code.replace("torch.randn_like(sigma)", "torch.randn(sigma.shape)").encode(),
    }
    assert train("vae", tied, **SHORT).status == "passed"


def test_an_endless_run_is_a_timeout_that_leaves_no_process_and_no_memory(train, solution, free, gpu) -> None:
    before = free()
    source = "    import torch\n    kept = torch.ones(2**28, device=x.device)\n    while True:\n        kept.mul_(1.0)"
    outcome = train("vae", edited(solution, source), cpu_seconds=6, **SHORT)
    assert outcome.status == "timeout"
    assert outcome.message.startswith("Training stopped after 0 of 100 steps: no more fit into 6 seconds")
    assert _settles(free, before)
    assert not _processes_on_the_gpu()


def test_a_killed_sandbox_leaves_no_process_and_no_memory(gpu: Zygote, free) -> None:
    before = free()
    hog = "import torch\ndef f():\n    global kept\n    kept = torch.ones(2**28, device='cuda')\n    return kept[0].item()"
    sandbox = gpu.open(files(hog), limits=Limits(call_seconds=60))
    assert ask(sandbox, call("f")).failure is None
    assert free() < before - 2**30
    sandbox.close()
    assert _settles(free, before)
    assert not _processes_on_the_gpu()


def test_more_memory_than_a_run_may_have_is_the_runs_own_failure(train, solution) -> None:
    source = "    import torch\n    kept = torch.empty(3 * 2**29, dtype=torch.uint8, device=x.device)"
    outcome = train("vae", edited(solution, source), limits=Limits(gpu_bytes=2**30), **SHORT)
    assert (outcome.status, outcome.cause) == ("crashed", "memory")
    assert "after 0 of 100 steps: out of memory: OutOfMemoryError: CUDA out of memory" in outcome.message


@contextmanager
def _full(gpu: Zygote, left: int):
    """Another program on the GPU that leaves only so many bytes."""
    hog = f"import torch\ndef f():\n    global kept\n    kept = torch.empty(torch.cuda.mem_get_info()[0] - {left}, dtype=torch.uint8, device='cuda')\n    return 1"
    with gpu.open(files(hog), limits=Limits(call_seconds=60)) as sandbox:
        assert ask(sandbox, call("f")).failure is None
        yield


@pytest.mark.parametrize(
    "left", [2**27, 2**30 + 2**28], ids=["no room for CUDA itself", "no room for the run"]
)
def test_a_full_gpu_is_nobodys_failure(train, solution, gpu: Zygote, left: int) -> None:
    hungry = edited(
        solution, "    import torch\n    kept = torch.empty(2**30, dtype=torch.uint8, device=x.device)"
    )
    with (
        _full(gpu, left),
        pytest.raises(SandboxError, match=r"the GPU had no memory left: .* no other run beside it"),
    ):
        train("vae", hungry, **SHORT)
    assert train("vae", hungry, **SHORT).status == "passed"


def test_a_run_that_finds_the_gpu_full_waits_for_the_others_and_passes(
    train, gpu: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Zygote(device="cuda") as zygote:
        zygote.preload("torch._dynamo")
        waiting, filled = threading.Event(), threading.Event()
        alone = zygote.turns.alone

        def announced():
            waiting.set()
            return alone()

        def other() -> None:
            with zygote.turns.shared(), _full(gpu, 2**27):
                filled.set()
                assert waiting.wait(60)

        monkeypatch.setattr(zygote.turns, "alone", announced)
        thread = threading.Thread(target=other)
        thread.start()
        assert filled.wait(60)
        assert train("vae", zygote=zygote, **SHORT).status == "passed"
        thread.join()
        assert waiting.is_set()


def test_the_command_trains_on_the_gpu_side_by_side(solution, tmp_path: Path) -> None:
    folders = [put_folder(tmp_path / name, solution) for name in ("ada", "bob", "cleo", "dan")]
    options = ("--data", "embedded", "--jobs", 4, "--device", "cuda", "--only", "9-2d")
    done = autograder("grade", *folders, "--out", tmp_path / "out", *options, root=Path(__file__).parents[2])
    assert done.returncode == 0, done.stderr
    for folder in folders:
        result = read_result(tmp_path / "out" / folder.name / "result.json")
        assert (result.engine.device, result.score) == ("cuda", result.graded_max)


def _settles(free: Callable[[], int], before: int) -> bool:
    """Whether the memory comes back; the driver takes a moment after a kill."""
    for _ in range(20):
        if free() >= before - 2**24:
            return True
        time.sleep(0.25)
    return False


def _processes_on_the_gpu() -> list[str]:
    """Those that have a GPU's node open, as /proc shows them. (A zygote only names it to Landlock, by O_PATH.)"""
    found = []
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            about = (link.parents[1] / "fdinfo" / link.name).read_text()
            flags = int(about.partition("flags:")[2].split()[0], 8)
            if str(link.readlink()).startswith("/dev/nvidia") and not flags & os.O_PATH:
                found.append(link.parts[2])
        except OSError:
            continue
    return found
