"""Written answers come out of any notebook as text, and out of a broken one as nothing."""

import base64
import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.answers import ANSWER_CHARACTERS, NOTEBOOK_BYTES, answer_sha256, written_answers


def cell(grade_id: str, source: Any, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "metadata": {"nbgrader": {"grade_id": grade_id}},
        "source": source,
        **more,
    }


def notebook(*cells: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def test_answers_are_found_by_the_id_of_their_cell_in_a_notebook_that_nbformat_wrote() -> None:
    book = nbformat.v4.new_notebook()
    answer = nbformat.v4.new_markdown_cell("Because $E[x^2]$ …\nσ² follows.")
    answer.metadata["nbgrader"] = {"grade_id": "9-1a-written", "solution": True}
    book.cells = [nbformat.v4.new_markdown_cell("# Exercise"), answer, nbformat.v4.new_code_cell("1 + 1")]
    assert written_answers(nbformat.writes(book).encode()) == {
        "9-1a-written": "Because $E[x^2]$ …\nσ² follows."
    }


def test_the_source_may_be_a_list_of_lines() -> None:
    assert written_answers(notebook(cell("q", ["one\n", "two"]))) == {"q": "one\ntwo"}


def test_copies_of_an_answer_cell_are_joined() -> None:
    assert written_answers(notebook(cell("q", "first"), cell("q", "second"))) == {"q": "first\n\nsecond"}


def test_attachments_are_named_and_another_picture_is_another_answer() -> None:
    def with_photo(content: bytes) -> str:
        photo = {"photo.png": {"image/png": base64.b64encode(content).decode()}}
        return written_answers(notebook(cell("q", "see the photo", attachments=photo)))["q"]

    text = with_photo(b"\x89PNG" + bytes(5000))
    assert text.startswith("see the photo\n\n[attachment: photo.png, 5 kB, sha256 ")
    assert answer_sha256(text) != answer_sha256(with_photo(b"\x89PNG" + bytes(4999) + b"\1"))


def test_a_file_in_the_folder_written_belongs_to_its_question() -> None:
    files = {"written/9-1a.pdf": b"%PDF", "written/notes.txt": b"x", "generative/9-1a.pdf": b"%PDF"}
    answers = written_answers(notebook(cell("9-1a-written", "on paper")), files)
    assert list(answers) == ["9-1a-written"]
    assert answers["9-1a-written"].startswith("on paper\n\n[file: written/9-1a.pdf, 1 kB, sha256 ")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b"{}",
        b'{"cells": 3}',
        b'{"cells": [1, null, []]}',
        b'{"cells": [{"metadata": []}, {"metadata": {"nbgrader": 1}}, {"metadata": {"nbgrader": {"grade_id": 4}}}]}',
        b"[" * 100_000,
    ],
)
def test_a_broken_notebook_has_no_answers(broken: bytes) -> None:
    assert written_answers(broken) == {}


def test_a_notebook_beyond_the_size_limit_is_not_read() -> None:
    assert written_answers(notebook(cell("q", "text")) + b" " * NOTEBOOK_BYTES) == {}


def test_a_very_long_answer_is_cut_and_says_so() -> None:
    text = written_answers(notebook(cell("q", "x" * (ANSWER_CHARACTERS + 1))))["q"]
    assert text == "x" * ANSWER_CHARACTERS + "\n[cut: the answer is longer]"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=())),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a.png", "image/png"]), inner)
    ),
    max_leaves=5,
)


@given(source=json_values, attachments=json_values)
def test_whatever_a_cell_holds_the_answer_is_text_that_can_be_hashed(source: Any, attachments: Any) -> None:
    answers = written_answers(notebook(cell("q", source, attachments=attachments)))
    assert len(answer_sha256(answers["q"])) == 64
