"""What student code cannot reach: files, the network, other processes, new rights. In every mode."""

import os
from pathlib import Path

import pytest

from autograder.sandbox import Limits, Zygote
from tests.sandbox.conftest import MODES, SECRET
from tests.sandbox.student import ask, call, files, refused, run, value

REFUSED = {"PermissionError", "FileNotFoundError"}
HERE = str(Path(__file__).resolve())


@pytest.fixture(params=MODES)
def confined(request: pytest.FixtureRequest) -> Zygote:
    """Every mode in turn, that for a GPU too: where there is none, it shows what else would be within reach."""
    started: Zygote = request.getfixturevalue(MODES[request.param])
    return started


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(HERE, id="the repository"),
        pytest.param(str(Path(HERE).parents[2] / "autograder" / "errors.py"), id="the grader's code"),
        pytest.param(str(Path(HERE).parents[2] / "pyproject.toml"), id="the project"),
        pytest.param("/etc/shadow", id="passwords"),
        pytest.param("/etc/passwd", id="users"),
        pytest.param("/etc/hostname", id="the machine"),
        pytest.param("/proc/self/environ", id="own environment"),
        pytest.param("/proc/1/environ", id="environment of process 1"),
        pytest.param(f"/proc/{os.getpid()}/environ", id="environment of the grader"),
        pytest.param(f"/proc/{os.getpid()}/mem", id="memory of the grader"),
        pytest.param("/sys/kernel/notes", id="the kernel"),
    ],
)
def test_no_file_but_the_libraries_can_be_read(confined: Zygote, path: str) -> None:
    assert (
        refused(run(confined, "def f(p):\n    with open(p, 'rb') as f: return f.read(1)", path))["type"]
        in REFUSED
    )


@pytest.mark.parametrize("mode", ["zygote", "bare_zygote"])
def test_on_the_cpu_no_memory_escapes_its_limit_as_a_shared_mapping(
    mode: str, request: pytest.FixtureRequest
) -> None:
    """CUDA does not start without one."""
    assert (
        refused(run(request.getfixturevalue(mode), "import mmap\ndef f(): mmap.mmap(-1, 4096)"))["type"]
        == "PermissionError"
    )


@pytest.mark.parametrize("mode", ["zygote", "bare_zygote"])
def test_on_the_cpu_not_even_the_own_memory_map_can_be_read(
    mode: str, request: pytest.FixtureRequest
) -> None:
    """CUDA's driver reads it (layout of the own process, which ctypes shows anyway)."""
    reply = run(
        request.getfixturevalue(mode),
        "def f():\n    with open('/proc/self/maps', 'rb') as f: return f.read(1)",
    )
    assert refused(reply)["type"] in REFUSED


@pytest.mark.parametrize(
    "folder", ["/", "/root", "/home", "/tmp", "/etc", "/proc", "/dev", str(Path(HERE).parents[2])]
)
def test_no_folder_of_the_machine_can_be_listed(confined: Zygote, folder: str) -> None:
    if "landlock" not in confined.layers:
        pytest.skip("without Landlock the private root, which shows nothing of the machine, can be listed")
    assert refused(run(confined, "import os\ndef f(p): os.listdir(p)", folder))["type"] in REFUSED


def test_the_hidden_checks_cannot_be_imported(confined: Zygote) -> None:
    source = "import importlib\ndef f(name): importlib.import_module(name)"
    for name in ("autograder.engine", "autograder.assignment", "autograder.data", "tests.sandbox.student"):
        assert refused(run(confined, source, name))["type"] in {"ModuleNotFoundError", "PermissionError"}


def test_nothing_in_site_packages_says_where_the_grader_is(confined: Zygote) -> None:
    source = """
    import os, torch
    def f():
        site = os.path.dirname(os.path.dirname(torch.__file__))
        found = b""
        for name in os.listdir(site):
            if "autograder" in name.lower() and os.path.isfile(os.path.join(site, name)):
                try:
                    with open(os.path.join(site, name), "rb") as file:
                        found += file.read()
                except PermissionError:
                    pass
        return len(found)
    """
    assert value(run(confined, source)) == 0


def test_libraries_can_still_be_imported_late(confined: Zygote) -> None:
    source = """
    def f():
        import xml.dom.minidom, sqlite3, torch.utils.data, unittest.mock, numpy.fft, zoneinfo
        return 1
    """
    assert value(run(confined, source, limits=Limits())) == 1


def test_optimizers_work_though_nothing_was_preloaded(confined: Zygote) -> None:
    """torch.optim imports a compiler that wants a folder to write in."""
    source = """
    import torch
    def f():
        w = torch.ones(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=0.5)
        (w ** 2).sum().backward()
        optimizer.step()
        return w.item()
    """
    assert value(run(confined, source, limits=Limits(call_seconds=30))) == 0


def test_the_environment_is_clean(confined: Zygote) -> None:
    source = "import os\ndef f(s): return sum(s in k + v for k, v in os.environ.items()) + 100 * ('GRADER_TEST_SECRET' in os.environ)"
    assert os.environ["GRADER_TEST_SECRET"] == SECRET
    assert value(run(confined, source, SECRET)) == 0


def test_no_descriptor_of_the_grader_is_open(confined: Zygote) -> None:
    source = """
    import os
    def f():
        opened = []
        for fd in range(4096):
            try:
                os.fstat(fd)
                opened.append(fd)
            except OSError:
                pass
        return opened == [0, 1, 2, 3]
    """
    assert value(run(confined, source)) is True


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("socket.socket()", id="TCP"),
        pytest.param("socket.socket(type=socket.SOCK_DGRAM)", id="UDP"),
        pytest.param("socket.socket(socket.AF_INET6)", id="IPv6"),
        pytest.param("socket.socket(socket.AF_UNIX).connect('/tmp/x')", id="unix"),
        pytest.param("socket.socket(socket.AF_UNIX).connect('\\0x')", id="unix without a file"),
        pytest.param(
            "socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', '\\0x')", id="unix datagram"
        ),
        pytest.param("ears(socket.socket(socket.AF_UNIX)).accept()", id="unix server"),
        pytest.param("socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", id="netlink"),
        pytest.param("socket.socketpair()", id="pair"),
    ],
)
def test_the_network_is_off(confined: Zygote, body: str) -> None:
    """On a GPU a local socket may be made and bound, which CUDA needs, and no more."""
    source = f"""
    import socket
    def ears(server):
        server.bind('\\0ears')
        server.listen()
        return server
    def f(): {body}
    """
    assert refused(run(confined, source))["type"] in REFUSED


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("os.fork()", id="fork"),
        pytest.param("os.execv('/bin/sh', ['sh'])", id="exec"),
        pytest.param("os.posix_spawn('/bin/sh', ['sh'], {})", id="spawn"),
        pytest.param("subprocess.run(['true'])", id="subprocess"),
        pytest.param("multiprocessing.Process(target=print).start()", id="multiprocessing"),
        pytest.param("os.kill(os.getpid(), 0)", id="signal to itself"),
        pytest.param("os.kill(GRADER, 0)", id="signal to the grader"),
        pytest.param("os.kill(-1, 9)", id="signal to all"),
        pytest.param("os.pidfd_open(GRADER)", id="handle of the grader"),
        pytest.param("os.setuid(0)", id="root"),
        pytest.param("os.setpriority(os.PRIO_PROCESS, 0, -5)", id="priority"),
        pytest.param("os.sched_setaffinity(GRADER, {0})", id="processor of the grader"),
        pytest.param("os.chroot('/')", id="chroot"),
        pytest.param("os.mkfifo('pipe')", id="fifo"),
        pytest.param("os.symlink('/etc/shadow', 'link')", id="symlink"),
        pytest.param("os.link('/dev/null', 'link')", id="hard link"),
        pytest.param("os.memfd_create('x')", id="anonymous file"),
        pytest.param("[resource.setrlimit(n, (2**60, 2**60)) for n in (DATA, MEMORY)]", id="more memory"),
        pytest.param("fcntl.fcntl(3, fcntl.F_SETOWN, GRADER)", id="signals by descriptor"),
    ],
)
def test_other_processes_and_rights_are_out_of_reach(confined: Zygote, body: str) -> None:
    imports = "import os, subprocess, multiprocessing, mmap, resource, fcntl"
    reply = run(
        confined,
        f"{imports}\nMEMORY, DATA = resource.RLIMIT_AS, resource.RLIMIT_DATA\nGRADER = {os.getpid()}\ndef f(): {body}",
    )
    assert refused(reply)["type"] in {"PermissionError", "OSError", "ProcessLookupError", "ValueError"}


SYSCALLS = {
    "ptrace": (101, 16, os.getpid(), 0, 0),
    "process_vm_readv": (310, os.getpid(), 0, 0, 0, 0, 0),
    "unshare": (272, 0x10000000),
    "mount": (165, 0, 0, 0, 0, 0),
    "setns": (308, 0, 0),
    "io_uring_setup": (425, 1, 0),
    "bpf": (321, 0, 0, 0),
    "perf_event_open": (298, 0, 0, -1, -1, 0),
    "userfaultfd": (323, 0),
    "keyctl": (250, 0, 0),
    "shmget": (29, 0, 4096, 0o1600),
    "msgget": (68, 0, 0o1600),
    "tgkill": (234, 1, 1, 0),
    "pidfd_getfd": (438, 3, 0, 0),
    "open_by_handle_at": (304, 0, 0, 0),
    "clone of a process": (56, 17, 0, 0, 0, 0),
    "clone3": (435, 0, 0),
    "execve": (59, 0, 0, 0),
    "memfd_create": (319, 0, 0),
    "prctl PDEATHSIG": (157, 1, 0),
    "prctl seccomp": (157, 22, 0),
    "personality": (135, 0xFFFFFFFF),
    "truncate": (76, 0, 0),
    "chmod": (90, 0, 0o777),
    "utimensat": (280, 0, 0, 0, 0),
}


@pytest.mark.parametrize("name", SYSCALLS)
def test_system_calls_off_the_list_are_refused(confined: Zygote, name: str) -> None:
    source = f"""
    import ctypes, errno
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    def f():
        result = libc.syscall(*[ctypes.c_long(a) for a in {SYSCALLS[name]}])
        return errno.errorcode.get(ctypes.get_errno()) in ("EPERM", "ENOSYS") and result == -1
    """
    assert value(run(confined, source)) is True


def test_the_other_system_call_numbering_ends_the_process(confined: Zygote) -> None:
    reply = run(confined, "import ctypes\ndef f(): ctypes.CDLL(None).syscall(0x40000000 + 39)")
    assert reply.failure is not None
    assert reply.failure.cause == "crash"


def test_user_and_capabilities_are_dropped(zygote: Zygote) -> None:
    if "users" not in zygote.layers:
        pytest.skip(next(r.detail for r in zygote.reports if r.name == "users"))
    ids = "len({*os.getresuid(), *os.getresgid()}) == 1 and os.getuid() > 60000 and not os.getgroups()"
    assert value(run(zygote, f"import os\ndef f(): return {ids}")) is True


def test_threads_are_bounded(zygote: Zygote) -> None:
    if "users" not in zygote.layers and (os.geteuid() == 0 or "namespaces" not in zygote.layers):
        pytest.skip(
            "without a user id or a user namespace of its own the threads of a sandbox cannot be counted apart"
        )
    source = """
    import threading, time
    def f():
        for _ in range(500):
            threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
    """
    assert "thread" in refused(run(zygote, source))["text"]


def test_the_scratch_folder_is_writable_and_small(namespaced: Zygote) -> None:
    source = """
    import os, tempfile, pathlib
    def f():
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"x" * 1000)
        pathlib.Path("here.txt").write_text("x")
        assert os.environ["HOME"] == os.environ["MPLCONFIGDIR"] == os.getcwd()
        return os.path.getsize(os.path.join(os.environ["HOME"], "here.txt"))
    def fill():
        for i in range(1000):
            with open(f"{i}", "wb") as file:
                file.write(bytes(2**20))
    def many():
        for i in range(10000): open(f"n{i}", "w").close()
    def one():
        with open("big", "wb") as file: file.write(bytes(2**21))
    """
    limits = Limits(scratch_bytes=2**23, scratch_inodes=100, file_bytes=2**20, wall_seconds=20)
    with namespaced.open(files(source), limits=limits) as sandbox:
        assert value(ask(sandbox, call("f"))) == 1
        for name, text in (("one", "File too large"), ("fill", "No space left"), ("many", "No space left")):
            assert text in refused(ask(sandbox, call(name)))["text"]


@pytest.mark.parametrize(
    "path", ["here.txt", "/tmp/x", "/dev/shm/x", "/usr/lib/x", "/usr/share/x", str(Path(HERE).parent / "x")]
)
def test_nothing_outside_the_scratch_folder_can_be_written(
    bare_zygote: Zygote, zygote: Zygote, path: str
) -> None:
    source = "def f(p):\n    with open(p, 'w') as f: f.write('x')"
    assert refused(run(bare_zygote, source, path))["type"] in REFUSED | {"OSError"}
    if path != "here.txt":
        assert refused(run(zygote, source, path))["type"] in REFUSED | {"OSError"}


def test_the_libraries_cannot_be_changed(confined: Zygote) -> None:
    source = "import torch\ndef f():\n    with open(torch.__file__, 'a') as f: f.write('#')"
    assert refused(run(confined, source))["type"] in {"PermissionError", "OSError"}
    source = "import torch, os\ndef f(): os.unlink(torch.__file__)"
    assert refused(run(confined, source))["type"] in {"PermissionError", "OSError"}


def test_two_sandboxes_cannot_see_each_others_files(namespaced: Zygote) -> None:
    source = "import os\ndef f(n): open(n, 'w').close()\ndef g(): return len(os.listdir('.'))"
    with namespaced.open(files(source)) as a, namespaced.open(files(source)) as b:
        ask(a, call("f", "mine"))
        assert value(ask(a, call("g"))) == 1
        assert value(ask(b, call("g"))) == 0
