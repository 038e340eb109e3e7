"""What torch and NVIDIA's driver call and open on a GPU, against what a training sandbox allows.

`python benchmarks/gpu_calls.py`, on a machine with a GPU and strace: for a new driver or torch, when sandboxes on the GPU
no longer start. Lists what an unconfined training does after its imports and a sandbox would refuse. Not all of it is
needed: the driver tries much and goes on without.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from autograder.sandbox.gpu import nodes, with_gpu
from autograder.sandbox.layers import seccomp
from autograder.sandbox.view import DEVICES, current

MARK = "/here-cuda-begins"
PROGRAM = f"""
import os, torch, torch._dynamo
from torch import nn
os.access({MARK!r}, 0)
torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 26 * 26, 32)).cuda()
optimizer = torch.optim.Adam(net.parameters(), fused=True)
x = torch.rand(64, 1, 28, 28).cuda()
for _ in range(5):
    y = net(x)
    loss = nn.functional.softplus(y + torch.randn_like(y)).mean() + torch.linalg.norm(y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(torch.__version__, torch.cuda.get_device_name(0), loss.item())
"""
LINE = re.compile(r"^\d+ +\[ *(?P<number>\d+)\] (?P<name>\w+)\((?P<rest>.*)$")
PATH = re.compile(r'(?:-?\d+, )?"(/[^"]*)"')
# strace writes all values as plain numbers; a call that is interrupted ends its line early.
FLAGS = re.compile(r"flags=(\w+)")
ARGUMENT = {
    "socket": re.compile(r"(\w+)"),
    "ioctl": re.compile(r"[^,]*, (\w+)"),
    "fcntl": re.compile(r"[^,]*, (\w+)"),
    "prctl": re.compile(r"(\w+)"),
}


def calls() -> Iterator[re.Match[str]]:
    """Every call after the mark: number, name, and the rest of strace's line."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        strace = ["strace", "-f", "-qq", "-n", "-X", "raw", "-s", "200", "-o", str(log)]
        subprocess.run([*strace, sys.executable, "-c", PROGRAM], check=True)
        _, _, after = log.read_text(errors="replace").partition(f'access("{MARK}"')
        yield from filter(None, map(LINE.match, after.splitlines()))


def refused(call: re.Match[str]) -> str | None:
    """The call in the form that a sandbox refuses, or None."""
    name, rest = call["name"], call["rest"]
    if name == "clone":
        flags = int(FLAGS.search(rest)[1], 0)
        return None if flags & seccomp.CLONE_THREAD else f"clone with flags {flags:#x}"
    if name in ARGUMENT:
        value = int(ARGUMENT[name].match(rest)[1], 0)
        nvidia = value < 0x100 or value & 0xFF00 == seccomp.NVIDIA_IOCTL_TYPE or value in seccomp.CUDA_IOCTLS
        fine = {
            "socket": value == seccomp.AF_UNIX,
            "ioctl": nvidia or value in seccomp.IOCTLS,
            "fcntl": value in seccomp.FCNTLS,
            "prctl": value in seccomp.PRCTLS,
        }
        return None if fine[name] else f"{name} {value:#x}"
    known = {*seccomp.PLAIN, *seccomp.CUDA_PLAIN, "mmap", "prlimit64", "clone3"}
    return None if name in known else f"{name} ({call['number']})"


def main() -> None:
    view = with_gpu(current())
    shown = {*view.files, *view.own, *view.devices, *DEVICES}
    forms, paths = dict[str, str](), dict[str, str]()
    for call in calls():
        if form := refused(call):
            forms.setdefault(form, call["rest"])
        path = PATH.match(call["rest"])
        if path and not view.shows(path[1]) and path[1] not in shown:
            paths.setdefault(f"{call['name']} {path[1]}", call["rest"].rpartition("=")[2].strip())
    print("devices:", *nodes())
    for form, example in forms.items():
        print(f"call {form}: {example[:150]}")
    for path, result in paths.items():
        print(f"path {path} = {result}")


if __name__ == "__main__":
    main()
