"""With CUDA running in it, a sandbox still reaches nothing but the GPU. (Attacks without CUDA: tests/sandbox.)"""

import os
from pathlib import Path

import pytest

from autograder.sandbox import Limits, Zygote, gpu_nodes
from tests.sandbox.student import ask, call, files, refused, run, value

UP = "import torch\nassert torch.ones(8, device='cuda').sum().item() == 8\n"
"""Code of a submission that starts CUDA when it is imported."""
SLOW = Limits(call_seconds=60, start_seconds=60)
HERE = str(Path(__file__).resolve())


def test_cuda_computes_in_a_sandbox_with_all_layers_that_the_machine_offers(gpu: Zygote) -> None:
    with Zygote() as on_cpu:
        assert gpu.layers == on_cpu.layers
    source = """
    import torch
    def f():
        net = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Flatten(), torch.nn.Linear(4 * 676, 1))
        net.cuda()
        optimizer = torch.optim.Adam(net.parameters(), fused=True)
        x = torch.rand(64, 1, 28, 28, device="cuda")
        for _ in range(50):
            loss = (net(x) + 0.001 * torch.randn(64, 1, device="cuda")).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item() < 0.1
    """
    assert value(run(gpu, source, limits=SLOW)) is True


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(HERE, id="the repository"),
        pytest.param("/etc/passwd", id="users"),
        pytest.param("/proc/self/environ", id="own environment"),
        pytest.param("/proc/self/mem", id="own memory"),
        pytest.param("/proc/1/environ", id="environment of process 1"),
        pytest.param(f"/proc/{os.getpid()}/environ", id="environment of the grader"),
        pytest.param(f"/proc/{os.getpid()}/maps", id="memory map of the grader"),
    ],
)
def test_secrets_in_files_stay_unreadable(gpu: Zygote, path: str) -> None:
    reply = run(
        gpu, f"{UP}def f(p):\n    with open(p, 'rb') as file: return len(file.read(1))", path, limits=SLOW
    )
    assert refused(reply)["type"] in {"PermissionError", "FileNotFoundError"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("socket.socket()", id="network"),
        pytest.param("os.fork()", id="fork"),
        pytest.param("os.execv('/bin/sh', ['sh'])", id="exec"),
        pytest.param("os.kill(GRADER, 0)", id="signal to the grader"),
        pytest.param("os.mknod('/scratch/gpu', 0o20666, os.makedev(195, 0))", id="a device node of its own"),
        pytest.param("open('/dev/nvidia-uvm-tools', 'rb')", id="the tracing device"),
        pytest.param("open('/dev/nvidia-caps/nvidia-cap1', 'rb')", id="the GPU's configuration"),
    ],
)
def test_network_processes_and_other_nodes_are_out_of_reach(gpu: Zygote, body: str) -> None:
    reply = run(gpu, f"import os, socket\n{UP}GRADER = {os.getpid()}\ndef f(): {body}", limits=SLOW)
    assert refused(reply)["type"] in {"PermissionError", "FileNotFoundError", "ProcessLookupError", "OSError"}


def test_of_all_device_nodes_only_those_of_cuda_open(gpu: Zygote) -> None:
    names = sorted(
        str(path) for path in Path("/dev").rglob("*") if path.is_char_device() or path.is_block_device()
    )
    source = """
    import os
    def f(names):
        opened = []
        for name in names.split():
            try:
                os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
                opened.append(name)
            except OSError:
                pass
        raise RuntimeError(" ".join(opened))
    """
    assert set(gpu_nodes()) <= set(names)
    opened = refused(run(gpu, source, " ".join(names)))["text"].split()
    assert set(opened) == {"/dev/null", "/dev/zero", "/dev/urandom", *gpu_nodes()}


def test_a_sandbox_for_the_cpu_sees_no_gpu(gpu: Zygote) -> None:
    source = "import torch\ndef f(): return torch.cuda.is_available()\ndef g(): open('/dev/nvidiactl', 'rb')"
    with gpu.open(files(source), device="cpu", limits=SLOW) as sandbox:
        assert value(ask(sandbox, call("f"))) is False
        assert refused(ask(sandbox, call("g")))["type"] in {"PermissionError", "FileNotFoundError"}


def test_the_zygote_itself_never_starts_cuda(gpu: Zygote) -> None:
    assert value(run(gpu, f"{UP}def f(): return 1", limits=SLOW)) == 1
    assert (gpu.facts()["threads"], gpu.facts()["cuda_initialized"]) == (1, False)


def test_threads_are_bounded(gpu: Zygote) -> None:
    if "users" not in gpu.layers:
        pytest.skip("without a user id of its own the threads of a sandbox cannot be counted apart")
    source = f"""
import threading, time
{UP}
def f():
    for _ in range(500):
        threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
"""
    assert "thread" in refused(run(gpu, source, limits=SLOW))["text"]


@pytest.mark.parametrize(
    "way", ["bytearray(n)", "torch.empty(n, dtype=torch.uint8).fill_(1)", "[0] * (n // 8)"]
)
def test_memory_of_the_host_is_bounded(gpu: Zygote, way: str) -> None:
    limits = Limits(call_seconds=60, start_seconds=60, memory_bytes=2**30)
    source = f"{UP}def f(n):\n    kept = {way}\n    return len(kept)"
    assert value(run(gpu, source, 2**28, limits=limits)) in {2**28, 2**25}
    reply = run(gpu, source, 7 * 2**30, limits=limits)
    assert reply.failure is not None
    assert reply.failure.cause == "memory"
