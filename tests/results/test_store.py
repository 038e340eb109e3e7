"""result.json on disk: whole or not at all, strict JSON, readable for as long as its schema is."""

import json
import os
import stat
from pathlib import Path

import pytest

from autograder.results.model import Evidence, Result
from autograder.results.store import (
    ResultError,
    read_answers,
    read_result,
    results_in,
    write_answers,
    write_result,
    write_whole,
)

GOLDEN = Path(__file__).parent / "golden" / "result-1.json"


def test_golden_file_of_schema_1_still_reads() -> None:
    result = read_result(GOLDEN)
    assert result.submission.name == "group07"
    assert result.question("9-1a").criteria[0].hint.bug == "kl_normal.no_half"
    assert result.training.vae.gate_elbo == -120.0


def test_written_result_reads_back_equal(tmp_path: Path, golden: Result) -> None:
    assert read_result(write_result(tmp_path / "new" / "folder", golden)) == golden


def test_json_is_utf8_and_in_the_order_of_the_model(tmp_path: Path, golden: Result) -> None:
    text = write_result(tmp_path, golden).read_text("utf-8")
    assert text.startswith('{"schema": 1, "assignment": ')
    assert "σ₂²" in text
    assert list(json.loads(text)) == [field.alias or name for name, field in Result.model_fields.items()]


def test_a_number_that_is_not_finite_is_refused_and_leaves_the_old_file(
    tmp_path: Path, golden: Result
) -> None:
    path = write_result(tmp_path, golden)
    before = path.read_bytes()
    golden.questions[0].criteria[0].evidence[0].got = float("nan")
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_result(tmp_path, golden)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["result.json"]


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "page.html", "old")

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "page.html", "new")
    assert (tmp_path / "page.html").read_text() == "old"
    assert os.listdir(tmp_path) == ["page.html"]


def test_files_are_readable_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "page.html", "text")
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644


def test_a_lone_surrogate_in_a_students_string_does_not_stop_the_result(
    tmp_path: Path, golden: Result
) -> None:
    golden.questions[0].criteria[0].message = "ValueError: \ud800"
    assert read_result(write_result(tmp_path, golden)).questions[0].criteria[0].message == "ValueError: "


def test_no_text_of_a_result_hides_or_reorders_what_is_read(tmp_path: Path, golden: Result) -> None:
    criterion = golden.questions[0].criteria[0]
    name = "\x1b]0;pwned\x07\u202egnp.\u2066x<b>\u200b\U000e0041" + "\u0301" * 280
    criterion.message = f"{name} is nan"
    criterion.evidence = [Evidence(inputs={name: [1.5, name]}, got=(name, None))]
    written = read_result(write_result(tmp_path, golden)).questions[0].criteria[0]
    plain = "gnp.x<b>" + "\u0301" * 4
    assert written.message == f"{plain} is nan"
    assert written.evidence == [Evidence(inputs={plain: [1.5, plain]}, got=[plain, None])]


def test_unknown_fields_are_ignored(tmp_path: Path, golden: Result) -> None:
    path = write_result(tmp_path, golden)
    data = json.loads(path.read_text())
    data["weather"] = "rain"
    data["questions"][0]["colour"] = "red"
    path.write_text(json.dumps(data))
    assert read_result(path) == golden


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "should be a JSON object, is a list"),
        ('{"schema": 1}', "assignment: Field required"),
        ('{"schema": 2}', "written with schema 2, this program reads up to 1; update the autograder"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "result.json"
    path.write_text(content)
    with pytest.raises(ResultError) as caught:
        read_result(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="No such file"):
        read_result(tmp_path / "result.json")


def test_results_of_a_class_come_in_the_order_of_their_folders(tmp_path: Path, golden: Result) -> None:
    for folder in ("b", "a/deeper", "c"):
        write_result(tmp_path / folder, golden)
    assert [folder.relative_to(tmp_path).as_posix() for folder, _ in results_in(tmp_path)] == [
        "a/deeper",
        "b",
        "c",
    ]


def test_answers_read_back_and_are_none_where_there_is_no_file(tmp_path: Path) -> None:
    assert read_answers(tmp_path) == {}
    write_answers(tmp_path, {"9-1a-written": "E[x²] − μ²\n"})
    assert read_answers(tmp_path) == {"9-1a-written": "E[x²] − μ²\n"}
