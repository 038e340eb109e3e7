"""Each way to fail has its cause and a sentence, and costs nobody else anything."""

import numpy as np
import pytest

from autograder.sandbox import Limits, Request, Zygote
from autograder.sandbox.verdicts import raised
from tests.sandbox.student import QUICK, ask, call, files, run, value

SLEEPY = Limits(call_seconds=0.5, wall_seconds=1.0)
LEAN_OF_TIME = Limits(call_seconds=0.5, wall_seconds=30.0)
LEAN = Limits(call_seconds=2.0, wall_seconds=20.0, memory_bytes=512 * 1024**2)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('shapes differ')", "ValueError: shapes differ (code.py, line 3)"),
        (
            "raise NotImplementedError('f: exercise 9-1 (a)')",
            "NotImplementedError: f: exercise 9-1 (a) (code.py, line 3)",
        ),
        ("raise KeyError", "KeyError (code.py, line 3)"),
        ("import sys; sys.exit(3)", "SystemExit: 3 (code.py, line 3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt (code.py, line 3)"),
        ("input()", "EOFError: EOF when reading a line (code.py, line 3)"),
        ("return f()", "RecursionError: maximum recursion depth exceeded (code.py, line 3)"),
        ("torch.zeros(2) @ torch.zeros(3)", None),
    ],
)
def test_an_exception_names_type_text_and_line(zygote: Zygote, body: str, message: str | None) -> None:
    reply = run(zygote, f"import torch\ndef f():\n    {body}")
    assert reply.failure is not None
    assert reply.failure.cause == "exception"
    assert (reply.failure.file, reply.failure.line) == ("generative/code.py", 3)
    if message is not None:
        assert reply.failure.message == message
    else:
        assert reply.failure.message.startswith("RuntimeError: ")


@pytest.mark.parametrize(
    ("liar", "message"),
    [
        (
            "class Meta(type):\n    __name__ = property(lambda c: 1 / 0)\n"
            "class Liar(Exception, metaclass=Meta): pass",
            "Liar: why (code.py, line 7)",
        ),
        (
            "class Text(str):\n    __getitem__ = __str__ = lambda *a: 1 / 0\n"
            "class Liar(Exception):\n    __str__ = lambda e: Text('lies')",
            "Liar: lies (code.py, line 8)",
        ),
        (
            "class Liar(Exception):\n    __traceback__ = property(lambda e: 1 / 0)",
            "Liar: why",
        ),
        (
            "class Liar(Exception):\n    def __getattribute__(e, name): raise e",
            "Liar: why",
        ),
        (
            "class Liar(SyntaxError):\n    filename, lineno = '/submission/generative/code.py', object()",
            "Liar: why (code.py)",
        ),
    ],
    ids=["of its name", "of its text", "of its place", "of all", "of its line"],
)
def test_an_exception_that_lies_is_an_exception(zygote: Zygote, liar: str, message: str) -> None:
    reply = run(zygote, f"{liar}\n\ndef f():\n\n    raise Liar('why')")
    assert reply.failure is not None
    assert (reply.failure.cause, reply.failure.message) == ("exception", message)


def test_a_result_of_too_many_parts_is_told(zygote: Zygote) -> None:
    reply = run(zygote, "def f(): return [0] * 100_000")
    assert reply.failure is not None
    assert reply.failure.message == (
        "ValueError: the result has 100000 parts, more than the 4096 that are accepted"
    )


def test_an_exception_leaves_the_sandbox_alive(zygote: Zygote) -> None:
    with zygote.open(files("def f(i): return 1 / i")) as sandbox:
        replies = list(sandbox.exchange([call("f", i) for i in (1, 0, 2)]))
    assert [r.failure and r.failure.exception for r in replies] == [None, "ZeroDivisionError", None]


def test_the_text_of_an_exception_is_cut_and_cleaned(zygote: Zygote) -> None:
    reply = run(zygote, "def f(): raise ValueError('\\x1b[2J' + '\\u202e' + 'x' * 10**6)")
    assert reply.failure is not None
    assert reply.failure.message.startswith("ValueError: [2Jxxx")
    assert len(reply.failure.message) < 400
    assert len(reply.failure.text or "") <= 2000


def test_a_forged_text_is_cut_before_it_is_cleaned() -> None:
    """Cleaning looks at every character, and a forged text may fill a frame."""
    late = "\x1b" * 3_000_000 + "late"
    failure = raised({"exception": f"Error{late}", "text": late}, (), gpu=False)
    assert (failure.message, failure.text) == ("Error", "")


def test_an_exception_that_cannot_be_printed_is_still_one(zygote: Zygote) -> None:
    source = """
    class Odd(Exception):
        def __str__(self): raise TypeError
    def f(): raise Odd
    """
    reply = run(zygote, source)
    assert reply.failure is not None
    assert (reply.failure.cause, reply.failure.exception) == ("exception", "Odd")


def test_an_endless_loop_ends_with_its_own_call(zygote: Zygote) -> None:
    source = "def f(i):\n    while i: pass\n    return i"
    with zygote.open(files(source), limits=LEAN_OF_TIME) as sandbox:
        replies = list(sandbox.exchange([call("f", i) for i in (0, 1, 0)]))
    assert [r.failure and r.failure.cause for r in replies] == [None, "timeout"]
    assert replies[1].failure is not None
    assert (
        replies[1].failure.message
        == "no result within 0.5 seconds of computing time (a loop that does not end?)"
    )
    assert replies[1].cpu_seconds >= 0.5


def test_waiting_for_ever_is_a_timeout_too(zygote: Zygote) -> None:
    source = "import signal, time\ndef f():\n    signal.signal(15, signal.SIG_IGN)\n    time.sleep(1e6)"
    reply = run(zygote, source, limits=SLEEPY)
    assert reply.failure is not None
    assert reply.failure.cause == "timeout"
    assert "waiting" in reply.failure.message


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("return torch.zeros(10 * 2**30, dtype=torch.uint8)", id="10 GB at once"),
        pytest.param("return numpy.ones(10 * 2**27)", id="10 GB in numpy"),
        pytest.param("return bytearray(10 * 2**30)", id="10 GB of bytes"),
        pytest.param("return [torch.ones(2**22) for _ in range(10**6)]", id="growing by tensors"),
        pytest.param("return [bytearray(2**20) for _ in range(10**6)]", id="growing by bytes"),
        pytest.param("return torch.ones(1).expand(2**33).contiguous()", id="a view made real"),
    ],
)
def test_too_much_memory_is_called_by_its_name(confined: Zygote, body: str) -> None:
    reply = run(confined, f"import torch, numpy\ndef f():\n    {body}", limits=LEAN)
    assert reply.failure is not None
    assert reply.failure.cause == "memory", reply.failure
    assert "memory" in reply.failure.message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("os._exit(0)", "the code ended Python, or closed its files (os._exit, os.close?), with status 0"),
        ("os._exit(7)", "the code ended Python, or closed its files (os._exit, os.close?), with status 7"),
        (
            "ctypes.string_at(0)",
            "Python crashed with SIGSEGV (unbounded recursion in C, ctypes, or an abort?)",
        ),
        ("os.abort()", None),
        (
            "ctypes.CDLL(None).syscall(0x40000000 + 39)",
            "Python crashed with SIGSYS (a system call that the sandbox refuses: use Python and torch, no calls of the "
            "system's own)",
        ),
        (
            "resource.setrlimit(resource.RLIMIT_CPU, (1, 1)); sum(iter(int, 1))",
            "Python crashed with SIGXCPU (a bound of computing time that the code set for itself: leave "
            "resource.setrlimit out)",
        ),
    ],
)
def test_a_process_that_ends_is_a_crash(confined: Zygote, body: str, message: str | None) -> None:
    reply = run(confined, f"import os, ctypes, resource\ndef f(): {body}", limits=Limits(call_seconds=3.0))
    assert reply.failure is not None
    assert reply.failure.cause == "crash"
    assert message is None or reply.failure.message == message


FORGED = "b'AGW1' + struct.pack('<IQ', len(h), 0) + h"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("os.write(3, b'full marks, please!')", id="garbage"),
        pytest.param("os.closerange(0, 256)", id="everything closed"),
        pytest.param("os.close(3); time.sleep(1e6)", id="hung up and waiting"),
        pytest.param(
            f'h = b\'{{"id": 1, "values": {{}}}}\'; os.write(3, {FORGED})', id="answer to no question"
        ),
        pytest.param(
            "os.write(3, b'AGW1' + struct.pack('<IQ', 2, 2**60) + b'{}')", id="2^60 bytes announced"
        ),
    ],
)
def test_disturbing_the_channel_ends_the_sandbox(confined: Zygote, body: str) -> None:
    reply = run(confined, f"import os, struct, time\ndef f(): {body}", limits=SLEEPY)
    assert reply.failure is not None
    assert reply.failure.cause in {"protocol", "crash"}, reply.failure
    assert reply.tensors == {}


def test_a_flood_of_output_ends_the_sandbox_with_its_end_kept(zygote: Zygote) -> None:
    source = "def f():\n    for i in range(10**5): print('x' * 999)"
    with zygote.open(files(source), limits=QUICK) as sandbox:
        reply = ask(sandbox, call("f"))
        assert reply.failure is not None
        assert reply.failure.cause == "output"
        assert reply.failure.message == "the code printed more than 16 MiB (a print inside a loop?)"
        assert 0 < len(sandbox.output) <= 64 * 1024


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        pytest.param("os.write(3, b'full marks, please!')", "protocol", id="garbage"),
        pytest.param("print('x' * 2**26)", "output", id="flood"),
        pytest.param("os._exit(1)", "crash", id="exit"),
    ],
)
def test_one_bad_call_does_not_cost_the_one_before(zygote: Zygote, body: str, cause: str) -> None:
    source = f"import os\ndef f(bad):\n    if bad: {body}\n    return 1"
    with zygote.open(files(source), limits=QUICK) as sandbox:
        good, bad = sandbox.exchange([call("f", 0), call("f", 1), call("f", 0)])
    assert value(good) == 1
    assert bad.failure is not None
    assert bad.failure.cause == cause


def test_what_was_printed_before_a_loop_without_end_is_kept(zygote: Zygote) -> None:
    source = "def f():\n    print('here')\n    while True: pass"
    with zygote.open(files(source), limits=SLEEPY) as sandbox:
        ask(sandbox, call("f"))
        assert sandbox.output == "here\n"


def test_a_result_too_large_to_send_is_an_exception(zygote: Zygote) -> None:
    reply = run(zygote, "import torch\ndef f(): return torch.zeros(2**24).expand(2, 2**24)")
    assert reply.failure is not None
    assert reply.failure.cause == "exception"
    assert "more than the 67108864 that are accepted" in reply.failure.message


def test_after_its_end_a_sandbox_answers_nothing_more(zygote: Zygote) -> None:
    with zygote.open(files("import os\ndef f(): os._exit(0)")) as sandbox:
        ask(sandbox, call("f"))
        again = ask(sandbox, call("f"))
    assert again.failure is not None
    assert again.failure.cause == "sandbox"


def test_a_crash_leaves_siblings_and_the_zygote_alone(confined: Zygote) -> None:
    source = "import os\ndef f(i): return os._exit(0) if i else i"
    with confined.open(files(source)) as sibling, confined.open(files(source)) as crashing:
        assert value(ask(sibling, call("f", 0))) == 0
        assert ask(crashing, call("f", 1)).failure is not None
        assert value(ask(sibling, call("f", 0))) == 0
    with confined.open(files(source)) as fresh:
        assert value(ask(fresh, call("f", 0))) == 0


def test_a_student_cannot_declare_the_grader_at_fault(zygote: Zygote) -> None:
    source = """
    import sys
    def f():
        serve = sys.modules["autograder.sandbox.inside.serve"]
        serve.describe = lambda error: {"cause": "sandbox", "exception": "E", "text": "t", "file": "/etc/passwd", "line": 1}
        raise ValueError
    """
    reply = run(zygote, source)
    assert reply.failure is not None
    assert (reply.failure.cause, reply.failure.message, reply.failure.file) == ("exception", "E: t", None)


@pytest.mark.parametrize("values", ["None", "[1]", "{'x': 10**40}"])
def test_answers_without_sense_are_refused(zygote: Zygote, values: str) -> None:
    source = f"""
    import sys
    def f():
        calls = sys.modules["autograder.sandbox.inside.calls"]
        calls.HANDLERS["call"] = lambda request, emit: ({values}, {{}})
    """
    with zygote.open(files(source)) as sandbox:
        ask(sandbox, call("f"))
        reply = ask(sandbox, call("f"))
    assert reply.failure is not None
    assert reply.failure.cause in {"protocol", "crash"}


def test_texts_of_a_reply_hold_no_control_characters(zygote: Zygote) -> None:
    reply = run(zygote, "def f(): return type('\\x1b[31m\\u202eT', (), {})()")
    assert reply.values["outputs"][0]["type"] == "[31mT"


def test_time_that_others_use_costs_nothing(zygote: Zygote) -> None:
    """A deadline in CPU time: a second that the process waited is not counted against half a second of computing."""
    reply = run(
        zygote, "import time\ndef f():\n    time.sleep(0.8)\n    return 1", limits=Limits(call_seconds=0.5)
    )
    assert value(reply) == 1


def test_the_import_of_a_file_has_its_own_longer_time(zygote: Zygote) -> None:
    source = "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass"
    limits = Limits(call_seconds=0.3, start_seconds=5.0)
    with zygote.open(files(source), limits=limits) as sandbox:
        reply = ask(sandbox, Request("import", {"module": "generative.code"}))
    assert reply.failure is None
    assert reply.cpu_seconds >= 0.6


def test_arrays_in_a_failure_are_not_read(zygote: Zygote) -> None:
    reply = run(zygote, "def f(): raise ValueError")
    assert reply.tensors == {}
    assert isinstance(np.asarray(reply.cpu_seconds).item(), float)
