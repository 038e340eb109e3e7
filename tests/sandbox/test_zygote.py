"""The zygote: what it promises of itself, when it refuses, and that nothing is left behind."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import ConfinementError, SandboxError
from autograder.sandbox import Limits, Zygote, offers
from tests.sandbox.conftest import SECRET
from tests.sandbox.student import GpuZygote, ask, call, files, run, value

ONE = "def f(): return 1"


def test_the_grader_itself_imports_no_torch() -> None:
    program = (
        "import sys, autograder.sandbox; print('torch' in sys.modules, 'pickle' in vars(autograder.sandbox))"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "False False\n"


def test_the_zygote_has_one_thread_and_no_cuda_after_all_kinds_of_use(zygote: Zygote) -> None:
    run(zygote, "import torch\ndef f():\n    torch.ones(3, requires_grad=True).sum().backward()")
    facts = zygote.facts()
    assert facts["threads"] == 1
    assert facts["cuda_initialized"] is False


def test_a_fresh_zygote_holds_nothing_of_the_grader() -> None:
    with Zygote() as fresh:  # others may have been told to preload libraries
        facts = fresh.facts()
    assert not [name for name in facts["environment"] if "GRADER" in name]
    ours = {name for name in facts["modules"] if name.startswith("autograder")}
    assert all(
        name.startswith(("autograder.sandbox", "autograder.errors")) or name == "autograder" for name in ours
    )
    loaded = {name.partition(".")[0] for name in facts["modules"]}
    assert not loaded & {"matplotlib", "sympy", "pydantic", "yaml", "nbformat", "pytest"}
    assert "torch._dynamo" not in facts["modules"]


def test_a_secret_of_the_grader_is_in_no_memory_but_its_own(zygote: Zygote) -> None:
    """The secret lies in the environment of this process; the searched pattern is built so as not to find itself."""
    with zygote.open(files(ONE)) as sandbox:
        ask(sandbox, call("f"))
        assert _holds(os.getpid(), SECRET[::-1])
        assert not _holds(zygote.facts()["pid"], SECRET[::-1])
        assert not _holds(sandbox.pid, SECRET[::-1])


def _holds(pid: int, reversed_text: str) -> bool:
    wanted = reversed_text[::-1].encode()
    try:
        with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
            for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
                area, rights, *_ = line.split()
                if not rights.startswith("rw"):
                    continue
                start, end = (int(part, 16) for part in area.split("-"))
                memory.seek(start)
                try:
                    if wanted in memory.read(min(end - start, 1 << 28)):
                        return True
                except OSError:
                    continue
    except PermissionError:
        pytest.skip("only root may read the memory of another process")
    return False


def test_layers_and_versions_are_named(zygote: Zygote) -> None:
    assert zygote.layers[:2] == ("rlimits", "no_new_privs")
    assert "seccomp" in zygote.layers
    assert {"python", "torch", "numpy", "safetensors"} == set(zygote.versions)


def test_the_doctor_sees_the_layers_that_the_zygote_puts_on(zygote: Zygote) -> None:
    reports = offers()
    assert tuple(sorted(r.name for r in reports if r.available)) == tuple(sorted(zygote.layers))
    assert {r.name for r in reports if r.core} == {"seccomp", "landlock", "namespaces", "users"}
    assert all(r.detail for r in reports)


@pytest.mark.parametrize(
    ("without", "named"),
    [
        (("seccomp",), "seccomp is missing"),
        (("landlock", "namespaces", "users"), "Landlock, namespaces and an own user id are all missing"),
    ],
)
def test_a_machine_without_a_core_layer_is_refused(without: tuple[str, ...], named: str) -> None:
    with pytest.raises(ConfinementError) as caught:
        Zygote(without=without)
    assert named in str(caught.value)
    assert "--allow-weak-sandbox" in str(caught.value)
    assert f"{without[0]}: switched off" in str(caught.value)


@pytest.mark.parametrize("asked", [Zygote, offers])
def test_another_system_than_linux_is_refused(
    asked: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(ConfinementError, match="grading needs Linux, this is darwin: use a Linux machine"):
        asked()


def test_the_bar_can_be_lowered() -> None:
    with Zygote(without=("seccomp", "landlock", "namespaces", "users"), allow_weak=True) as weak:
        assert weak.layers == ("rlimits", "no_new_privs")
        assert value(run(weak, ONE)) == 1


def test_a_zygote_for_gpus_has_the_same_layers_and_does_not_start_cuda(
    zygote: Zygote, gpu_zygote: Zygote
) -> None:
    assert value(run(gpu_zygote, ONE)) == 1
    assert gpu_zygote.layers == zygote.layers
    assert (gpu_zygote.facts()["threads"], gpu_zygote.facts()["cuda_initialized"]) == (1, False)


def test_a_gpu_is_only_for_the_sandboxes_that_ask_for_it(gpu_zygote: Zygote) -> None:
    source = "import os\ndef f(): return os.environ['CUDA_VISIBLE_DEVICES'] == ''"
    with gpu_zygote.open(files(source), device="cpu") as sandbox:
        assert value(ask(sandbox, call("f"))) is True


def test_a_zygote_for_the_cpu_opens_no_sandbox_on_a_gpu(zygote: Zygote) -> None:
    with pytest.raises(
        SandboxError, match=r"this zygote opens no sandbox on cuda\. Start it with device='cuda'"
    ):
        zygote.open(files(ONE), device="cuda")


def test_the_choice_of_gpus_is_the_graders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    with GpuZygote() as started:
        assert value(run(started, "import os\ndef f(): return int(os.environ['CUDA_VISIBLE_DEVICES'])")) == 1


def test_libraries_can_be_preloaded(bare_zygote: Zygote) -> None:
    source = "import sys\nloaded = 'tqdm' in sys.modules\ndef f(): return loaded"
    bare_zygote.preload("tqdm")
    bare_zygote.preload("tqdm")
    assert value(run(bare_zygote, source)) is True
    assert bare_zygote.facts()["threads"] == 1
    with pytest.raises(ValueError, match="not a library to preload: os"):
        bare_zygote.preload("os")


def test_a_library_that_cannot_be_preloaded_is_named(
    bare_zygote: Zygote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.sandbox.host.PRELOADABLE", {"no_such_library"})
    failed = bare_zygote.preload("no_such_library")
    assert failed == {"no_such_library": "ModuleNotFoundError: No module named 'no_such_library'"}
    assert value(run(bare_zygote, ONE)) == 1


def test_a_dead_zygote_is_replaced_once() -> None:
    with Zygote() as started:
        started.preload("tqdm")
        first = started.facts()["pid"]
        sandbox = started.open(files("def f():\n    while True: pass"))
        os.kill(first, 9)
        lost = ask(sandbox, call("f"))
        sandbox.close()
        assert lost.failure is not None
        assert lost.failure.cause == "sandbox"
        assert value(run(started, "import sys\ndef f(): return 'tqdm' in sys.modules")) is True
        assert started.facts()["pid"] != first


def test_a_zygote_that_cannot_start_again_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with Zygote() as started:
        os.kill(started.facts()["pid"], 9)
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(SandboxError, match=r"did not answer.*autograder doctor"):
            started.open(files(ONE))


def test_a_program_that_does_not_exist_is_our_fault(zygote: Zygote) -> None:
    with pytest.raises(SandboxError, match=r"did not start: ModuleNotFoundError.*autograder doctor"):
        zygote.open({}, program="autograder.sandbox.inside.nothing")


def test_several_threads_grade_at_once(zygote: Zygote) -> None:
    results: list[int] = []

    def grade(i: int) -> None:
        for _ in range(3):
            results.append(value(run(zygote, f"def f(): return {i}", limits=Limits())))

    threads = [threading.Thread(target=grade, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == sorted([*range(6)] * 3)


def test_nothing_is_left_behind(confined: Zygote) -> None:
    mounts = Path("/proc/self/mountinfo").read_text()
    descriptors = len(os.listdir("/proc/self/fd"))
    pids = []
    for body in ("return 1", "import os; os._exit(1)", "while True: pass", "open('left', 'w').write('x')"):
        with confined.open(files(f"def f(): {body}"), limits=Limits(call_seconds=0.2)) as sandbox:
            pids.append(sandbox.pid)
            ask(sandbox, call("f"))
    with pytest.raises(SandboxError):
        confined.open({}, program="autograder.sandbox.inside.nothing")
    assert not [pid for pid in pids if os.path.exists(f"/proc/{pid}")]
    assert _children(confined.facts()["pid"]) == ""
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert len(os.listdir("/proc/self/fd")) == descriptors


def _children(pid: int) -> str:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().strip()


def test_a_zygote_takes_its_sandboxes_and_its_folder_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Zygote() as started:
        assert len(list(tmp_path.iterdir())) == 1
        pid = started.facts()["pid"]
        sandbox = started.open(files(ONE))
        child = sandbox.pid
    _until(lambda: not os.path.exists(f"/proc/{pid}") and not os.path.exists(f"/proc/{child}"))
    sandbox.close()
    assert list(tmp_path.iterdir()) == []


def test_when_the_grader_is_killed_everything_of_it_ends(tmp_path: Path) -> None:
    program = """if True:
        import sys, time, threading
        from autograder.sandbox import *
        z = Zygote()
        s = z.open({"generative/code.py": b"def f():\\n    while True: pass"})
        print(z.facts()["pid"], s.pid, flush=True)
        list(s.exchange([Request("call", {"target": "generative.code:f"})]))
    """
    grader = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert grader.stdout is not None
    with grader.stdout as stream:
        pids = [int(word) for word in stream.readline().split()]
    assert list(tmp_path.iterdir())
    assert all(os.path.exists(f"/proc/{pid}") for pid in pids)
    grader.kill()
    grader.wait()
    _until(lambda: not any(_alive(pid) for pid in pids))
    assert list(tmp_path.iterdir()) == []


def _alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def _until(condition: Callable[[], bool]) -> None:
    """A bound against hanging, not a measurement."""
    for _ in range(1000):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to that")
