"""A stub keeps everything but the solution; the solved file keeps everything but the marks."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.authoring.stub import make_solved, make_stub
from autograder.errors import AuthoringError

SOURCE = '''\
"""Losses."""

import torch

### BEGIN SOLUTION
HALF = 1 / 2
### END SOLUTION


class VAE:
    """A model."""

    size = 784

    ### BEGIN SOLUTION
    def helper(self) -> int:
        return self.size

    ### END SOLUTION
    def encode(
        self,
        x: float,  # σ > 0
    ) -> float:
        """The   mean.

        Shapes: (N,).
        """
        ### BEGIN SOLUTION 9-1 (e)
        # the helper knows
        return self.helper() * x
        ### END SOLUTION
'''

STUB = '''\
"""Losses."""

import torch


class VAE:
    """A model."""

    size = 784

    def encode(
        self,
        x: float,  # σ > 0
    ) -> float:
        """The   mean.

        Shapes: (N,).
        """
        raise NotImplementedError("VAE.encode: exercise 9-1 (e)")
'''


def stub(text: str) -> str:
    return make_stub(text.encode(), "f.py").decode()


def test_the_solution_gives_way_to_an_error_that_names_function_and_exercise() -> None:
    assert stub(SOURCE) == STUB


def test_the_solved_file_is_the_source_without_the_lines_of_its_marks() -> None:
    expected = "\n".join(line for line in SOURCE.split("\n") if "SOLUTION" not in line)
    assert make_solved(SOURCE.encode(), "f.py").decode() == expected


@pytest.mark.parametrize("make", [make_stub, make_solved])
def test_a_file_without_marks_stays_byte_for_byte(make) -> None:  # type: ignore[no-untyped-def]
    content = "x = 'σ'  \r\n\n\n\ny = 1".encode()
    assert make(content, "f.py") == content


@pytest.mark.parametrize("make", [make_stub, make_solved])
def test_windows_line_ends_stay(make) -> None:  # type: ignore[no-untyped-def]
    windows = SOURCE.replace("\n", "\r\n").encode()
    assert make(windows, "f.py") == make(SOURCE.encode(), "f.py").replace(b"\n", b"\r\n")


def test_a_source_that_is_nothing_without_its_solution_is_refused() -> None:
    text = "class A:\n    ### BEGIN SOLUTION\n    x = 1\n    ### END SOLUTION\n"
    with pytest.raises(
        AuthoringError, match=r"^f\.py: without its solutions this is not Python .*outside the marks\.$"
    ):
        stub(text)


SIGNATURE = st.lists(st.sampled_from(["a", "b: int", "*", "c=0", "d: float = 1.0"]), unique=True, max_size=1)
DOCSTRING = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\\r\0', exclude_categories=["Cs"]), min_size=1
)
BODY = st.lists(
    st.sampled_from(["x = 1", "return x", "# why", "", "while x:\n    break", "x = '''\n'''"]), min_size=1
)


@given(parameters=SIGNATURE, docstring=DOCSTRING.filter(str.strip), body=BODY)
def test_signature_and_docstring_stay_byte_for_byte_and_no_solved_line_does(
    parameters: list[str], docstring: str, body: list[str]
) -> None:
    parameters = [] if parameters == ["*"] else parameters
    head = f'def f({", ".join(parameters)}):\n    """{docstring}."""\n'
    lines = "".join(f"    {line}\n" for line in "\n".join([*body, "pass"]).split("\n"))
    text = f"{head}    ### BEGIN SOLUTION 9-2 (b)\n{lines}    ### END SOLUTION\n"

    assert stub(text) == f'{head}    raise NotImplementedError("f: exercise 9-2 (b)")\n'
    assert make_solved(text.encode(), "f.py").decode() == head + lines
    assert ast.parse(stub(text))
