"""Files of a submission are imported from memory, each alone, and never in place of a library."""

import textwrap
from typing import Any

import pytest

from autograder.sandbox import Reply, Request, Zygote
from tests.sandbox.student import ask, call, files, value


def load(zygote: Zygote, sources: dict[str, bytes], *modules: str) -> list[Reply]:
    with zygote.open(sources) as sandbox:
        return list(sandbox.exchange([Request("import", {"module": name}) for name in modules]))


def in_package(**sources: str) -> dict[str, bytes]:
    return {f"generative/{name}.py": textwrap.dedent(text).encode() for name, text in sources.items()}


def test_names_of_a_file_are_listed(zygote: Zygote) -> None:
    (reply,) = load(zygote, in_package(code="import math\ndef f(): pass\n_x = 1\nY = 2"), "generative.code")
    assert reply.values == {"names": ["Y", "f", "math"]}


def test_files_import_each_other_in_both_ways(zygote: Zygote) -> None:
    sources = in_package(
        a="from .b import g\nfrom generative.c import h\nimport helper\ndef f(): return g() + h() + helper.one()",
        b="def g(): return 10",
        c="def h(): return 100",
    ) | {"helper.py": b"from tools.deep import one", "tools/deep.py": b"def one(): return 1"}
    with zygote.open(sources) as sandbox:
        assert value(ask(sandbox, Request("call", {"target": "generative.a:f"}))) == 111


def test_one_failing_file_costs_its_own_functions_only(zygote: Zygote) -> None:
    broken, whole = load(
        zygote, in_package(a="def f(:", b="def g(): return 1"), "generative.a", "generative.b"
    )
    assert broken.failure is not None
    assert broken.failure.message == "SyntaxError: invalid syntax (a.py, line 1)"
    assert whole.values["names"] == ["g"]


@pytest.mark.parametrize(
    "init",
    [
        "from .broken import *",
        "import no_such_library",
        "raise SystemExit",
        "def f(:",
        "from .code import f\n1 / 0",
        "class E(Exception):\n    def __str__(self): raise self\nraise E",
    ],
)
def test_a_failing_init_is_replaced_by_an_empty_package_with_a_note(zygote: Zygote, init: str) -> None:
    sources = files("def f(): return 1", __init__=init, broken="1 / 0")
    with zygote.open(sources) as sandbox:
        first, second, called = sandbox.exchange(
            [Request("import", {"module": "generative.code"})] * 2 + [call("f")]
        )
    assert first.values["names"] == ["f"]
    assert first.values["note"].startswith("generative/__init__.py failed and was taken as empty: ")
    assert second.values == {"names": ["f"]}
    assert value(called) == 1


def test_a_sound_init_runs(zygote: Zygote) -> None:
    sources = files("from . import SCALE\ndef f(): return SCALE", __init__="SCALE = 3")
    with zygote.open(sources) as sandbox:
        assert value(ask(sandbox, call("f"))) == 3


@pytest.mark.parametrize(
    "name", ["torch.py", "numpy/__init__.py", "random.py", "safetensors.py", "sitecustomize.py"]
)
def test_a_file_cannot_take_the_place_of_a_library(zygote: Zygote, name: str) -> None:
    module = name.partition(".")[0].partition("/")[0]
    source = f"import {module}\ndef f(): return getattr({module}, 'FAKE', False)"
    with zygote.open(files(source) | {name: b"FAKE = True"}) as sandbox:
        reply = ask(sandbox, call("f"))
    if name == "sitecustomize.py":
        assert reply.failure is None  # it is a file like any other, and nothing imports it on its own
    else:
        assert value(reply) is False


def test_a_file_that_shadows_nothing_is_not_run_on_its_own(zygote: Zygote) -> None:
    sources = files("import sys\ndef f(): return 'ran' in vars(sys)") | dict.fromkeys(
        ("sitecustomize.py", "conftest.py", "usercustomize.py"), b"import sys; sys.ran = 1"
    )
    with zygote.open(sources) as sandbox:
        assert value(ask(sandbox, call("f"))) is False


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = '\xe4'", "utf-8"),
        (b"# coding: no-such-codec\n", "unknown encoding"),
        (b"x = 1\0", "null bytes"),
        (b"def f():\n\tif 1:\n        pass\n", "tabs"),
        (b"x = (\n", "never closed"),
        (b"x = " + b"-" * 100_000 + b"1", "nested too deeply, or too long, for Python to read"),
    ],
)
def test_a_file_that_python_cannot_read_is_a_syntax_error(zygote: Zygote, content: bytes, text: str) -> None:
    (reply,) = load(zygote, {"generative/code.py": content}, "generative.code")
    assert reply.failure is not None
    assert reply.failure.exception in {"SyntaxError", "TabError"}
    assert reply.failure.file == "generative/code.py"
    assert text in str(reply.failure.text)


def test_nothing_is_added_to_a_library(zygote: Zygote) -> None:
    """Python looks for the codec of a file in `encodings`: a file of that folder would run before it is asked for."""
    codec = b"raise SystemExit('ran')\n"
    sources = {"encodings/own.py": codec, "generative/code.py": b"# coding: own\ndef f(): return 1\n"}
    (reply,) = load(zygote, sources, "generative.code")
    assert reply.failure is not None
    assert reply.failure.exception == "SyntaxError"
    assert "unknown encoding" in str(reply.failure.text)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeffdef f(): return 'ü'".encode(), id="byte order mark"),
        pytest.param("# coding: latin-1\ndef f(): return 'ü'".encode("latin-1"), id="latin-1, declared"),
        pytest.param("def f():\r\n    return 'ü'\r\n".encode(), id="CRLF"),
        pytest.param("def f():\r    return 'ü'\r".encode(), id="CR"),
        pytest.param("def f(): return 'ü'  # no newline at the end".encode(), id="no last newline"),
    ],
)
def test_encodings_that_python_reads_are_read(zygote: Zygote, content: bytes) -> None:
    sources = {"generative/code.py": content} | in_package(
        test="from .code import f\ndef g(): return f() == 'ü' or f.__code__.co_consts"
    )
    with zygote.open(sources) as sandbox:
        assert value(ask(sandbox, Request("call", {"target": "generative.test:g"}))) is True


def test_sources_can_be_inspected_and_show_in_tracebacks(zygote: Zygote) -> None:
    source = """
    import inspect, traceback
    def f():
        assert inspect.getsource(g).startswith("def g")
        try:
            g()
        except ValueError:
            return "raise ValueError  # here" in traceback.format_exc()
    def g():
        raise ValueError  # here
    """
    with zygote.open(files(source)) as sandbox:
        assert value(ask(sandbox, call("f"))) is True


def test_the_innermost_line_of_the_students_own_is_named(zygote: Zygote) -> None:
    sources = in_package(
        code="from .other import g\ndef f(): return g()",
        other="import torch\n\ndef g():\n    return torch.nn.functional.linear(torch.ones(2), torch.ones(3, 3))",
    )
    with zygote.open(sources) as sandbox:
        failure = ask(sandbox, call("f")).failure
    assert failure is not None
    assert (failure.file, failure.line) == ("generative/other.py", 4)


def test_a_missing_file_is_named(zygote: Zygote) -> None:
    (reply,) = load(zygote, {}, "generative.divergence")
    assert reply.failure is not None
    assert reply.failure.exception == "ModuleNotFoundError"
    assert "generative" in str(reply.failure.text)


@pytest.mark.parametrize("sources", [{}, {"generative/code.py": b""}, {"generative/__init__.py": b""}])
def test_empty_submissions_and_empty_files_are_no_accident(zygote: Zygote, sources: dict[str, bytes]) -> None:
    (reply,) = load(zygote, sources, "generative.code")
    names: Any = reply.values.get("names")
    assert names == [] if "generative/code.py" in sources else reply.failure is not None
