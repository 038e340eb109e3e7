"""Written answers come out of any notebook as text, and out of a broken one as nothing."""

import base64
import hashlib
import json
import tracemalloc
from collections.abc import Collection
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.results.answers import (
    ANSWER_CHARACTERS,
    NOTEBOOK_BYTES,
    NOTEBOOK_VALUES,
    TOO_LARGE,
    Answer,
    answer_sha256,
    written_answers,
)
from autograder.results.papers import Paper


def cell(grade_id: str, source: Any, **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "markdown",
        "metadata": {"nbgrader": {"grade_id": grade_id}},
        "source": source,
        **more,
    }


def notebook(*cells: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def answers_of(notebook: bytes, questions: Collection[str] = ("q", "9-1a-written")) -> dict[str, Answer]:
    return written_answers(notebook, {}, questions)


def texts(notebook: bytes) -> dict[str, str]:
    return {question: answer.text for question, answer in answers_of(notebook).items()}


def photo(content: bytes) -> dict[str, dict[str, str]]:
    return {"photo.png": {"image/png": base64.b64encode(content).decode()}}


def test_answers_are_found_by_the_id_of_their_cell_in_a_notebook_that_nbformat_wrote() -> None:
    book = nbformat.v4.new_notebook()
    answer = nbformat.v4.new_markdown_cell("Because $E[x^2]$ …\nσ² follows.")
    answer.metadata["nbgrader"] = {"grade_id": "9-1a-written", "solution": True}
    book.cells = [nbformat.v4.new_markdown_cell("# Exercise"), answer, nbformat.v4.new_code_cell("1 + 1")]
    assert texts(nbformat.writes(book).encode()) == {"9-1a-written": "Because $E[x^2]$ …\nσ² follows."}


def test_the_source_may_be_a_list_of_lines() -> None:
    assert texts(notebook(cell("q", ["one\n", "two"]))) == {"q": "one\ntwo"}


def test_copies_of_an_answer_cell_are_joined() -> None:
    assert texts(notebook(cell("q", "first"), cell("q", "second"))) == {"q": "first\n\nsecond"}


def test_attachments_are_papers_named_in_the_text() -> None:
    content = b"\x89PNG" + bytes(5000)
    answer = answers_of(notebook(cell("q", "see the photo", attachments=photo(content))))["q"]
    assert answer.papers == (Paper("attachment", "photo.png", content),)
    assert answer.text.startswith("see the photo\n\n[attachment: photo.png, 5 kB, sha256 ")


def test_an_image_inside_the_text_as_colab_keeps_it_is_a_paper_too() -> None:
    content = b"\x89PNG" + bytes(300_000)
    source = f"Look: ![image.png](data:image/png;base64,{base64.b64encode(content).decode()}) qed"
    answer = answers_of(notebook(cell("q", source)))["q"]
    assert answer.papers == (Paper("attachment", "image 1 in the text", content),)
    assert answer.text.startswith(
        "Look: ![image.png](shown below) qed\n\n[attachment: image 1 in the text, 300 kB, "
    )


def test_a_file_named_after_a_question_is_a_paper_of_its_answer() -> None:
    files = {"written/9-1a.pdf": b"%PDF", "written/notes.txt": b"x", "generative/9-1b.pdf": b"%PDF"}
    answers = written_answers(
        notebook(cell("9-1a-written", "on paper")), files, ["9-1a-written", "9-1b-written"]
    )
    assert list(answers) == ["9-1a-written"]
    assert answers["9-1a-written"].papers == (Paper("file", "written/9-1a.pdf", b"%PDF"),)
    assert answers["9-1a-written"].text.startswith("on paper\n\n[file: written/9-1a.pdf, 1 kB, sha256 ")


def test_a_file_alone_is_an_answer() -> None:
    assert written_answers(b"", {"written/9-1a.jpg": b"\xff\xd8"}, ["9-1a-written"])["9-1a-written"].papers


@pytest.mark.parametrize("text", ["short", "x" * (ANSWER_CHARACTERS + 1)])
def test_another_photo_is_another_answer_however_long_the_text(text: str) -> None:
    def hashed(last: bytes) -> str:
        book = notebook(cell("q", text, attachments=photo(bytes(5000) + last)))
        return answer_sha256(answers_of(book)["q"].text)

    assert hashed(b"\0") == hashed(b"\0")
    assert hashed(b"\0") != hashed(b"\1")


def test_another_file_is_another_answer() -> None:
    hashes = {
        answer_sha256(written_answers(b"", {"written/q.pdf": content}, ["q"])["q"].text)
        for content in (b"%PDF-1", b"%PDF-2")
    }
    assert len(hashes) == 2


def test_of_very_many_attachments_every_one_counts_and_the_text_stays_short() -> None:
    def text(last: str) -> str:
        bundle = {f"{i}.png": {"image/png": "AAAA"} for i in range(500)} | {"last.png": {"image/png": last}}
        return answers_of(notebook(cell("q", "", attachments=bundle)))["q"].text

    assert "[and 401 more, sha256 " in text("AAAA")
    assert len(text("AAAA")) < 20_000
    assert text("AAAA") != text("AAAB")


def test_of_attachments_without_end_no_more_is_kept_than_people_look_at() -> None:
    bundle = {str(i): "" for i in range(300_000)}
    book = notebook(cell("q", "", attachments={"x.png": bundle}))
    held = len(book)
    tracemalloc.start()
    try:
        json.loads(book)
        read = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        answer = answers_of(book)["q"]
        assert tracemalloc.get_traced_memory()[1] < read + held
    finally:
        tracemalloc.stop()
    assert len(answer.papers) == 100
    assert "[and 299900 more, sha256 " in answer.text


def test_a_notebook_of_very_many_values_is_not_read() -> None:
    bundle = {str(i): "" for i in range(NOTEBOOK_VALUES)}
    book = notebook(cell("q", "text", attachments={"x.png": bundle}))
    told = TOO_LARGE.format(sha256=hashlib.sha256(book).hexdigest())
    assert texts(book) == {"q": told, "9-1a-written": told}


def test_the_name_of_an_attachment_stays_one_line_and_turns_no_text() -> None:
    bundle = {"a\x1b]0;pwn\x07\u202eb\n::error::c": {"image/png": "AAAA"}}
    text = answers_of(notebook(cell("q", "", attachments=bundle)))["q"].text
    assert text.startswith("[attachment: ab ::error::c, 1 kB, sha256 ")


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
    assert answers_of(broken) == {}


def test_a_notebook_beyond_the_size_limit_is_not_read_and_whoever_marks_it_is_told() -> None:
    book = notebook(cell("q", "text")) + b" " * NOTEBOOK_BYTES
    answers = written_answers(book, {"written/q.pdf": b"%PDF"}, ["q", "r"])
    told = TOO_LARGE.format(sha256=hashlib.sha256(book).hexdigest())
    assert answers["q"].text.startswith(f"{told}\n\n[file: written/q.pdf, ")
    assert answers["r"].text == told


def test_a_cell_of_an_invented_question_is_no_answer() -> None:
    cells = [cell(f"q{number}", "x", attachments=photo(b"y")) for number in range(500)]
    assert answers_of(notebook(*cells, cell("q", "mine"))) == {"q": Answer("mine")}


def test_a_very_long_answer_is_cut_and_says_so() -> None:
    text = texts(notebook(cell("q", "x" * (ANSWER_CHARACTERS + 1))))["q"]
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
    answers = answers_of(notebook(cell("q", source, attachments=attachments)))
    assert len(answer_sha256(answers["q"].text)) == 64
