"""The handout on other people's computers: names, line ends and calls that Windows, macOS and Colab share."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source.handout import ROOT, Handout, imported_from

RELEASE = ROOT / "release" / "generative-models"
FILES = sorted(p for p in RELEASE.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
CODE = [p for p in FILES if p.suffix == ".py"]
# Windows gives these names to devices, whatever follows the dot.
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
ON_UNIX_ALONE = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "termios", "tty"}


def name_of(path: Path) -> str:
    return path.relative_to(RELEASE).as_posix()


def test_every_name_can_be_unpacked_everywhere() -> None:
    names = [name_of(path) for path in FILES]
    assert len(names) > 30
    assert len({name.casefold() for name in names}) == len(names), (
        "Windows and macOS see no difference in case"
    )
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9_./-]+", name), name
        assert len(name) < 80, f"{name}: Windows stops at 260 characters with the folders around it"
        for part in name.split("/"):
            assert part.split(".")[0].lower() not in RESERVED, name
            assert not part.endswith("."), name


def test_nothing_is_a_link() -> None:
    assert [path for path in RELEASE.rglob("*") if path.is_symlink()] == []


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix != ".bz2"], ids=name_of)
def test_texts_are_plain_utf_8(path: Path) -> None:
    content = path.read_bytes()
    content.decode("utf-8")
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_code_uses_nothing_that_one_system_alone_has(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not {module.split(".")[0] for module in modules} & ON_UNIX_ALONE
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in (
                "open",
                "read_text",
                "write_text",
            ):  # Windows would take another encoding than UTF-8
                assert "encoding" in {keyword.arg for keyword in node.keywords}, f"line {node.lineno}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert not re.match(r"/(tmp|home|usr|dev|content)\b", node.value), f"line {node.lineno}"


def test_files_saved_by_an_editor_on_windows_are_checked_and_handed_in_like_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handout = imported_from(Handout(tmp_path / "generative-models", "solutions"), monkeypatch)
    for file in ("divergence", "elbo", "vae", "gan", "predictions"):
        path = handout.folder / f"generative/{file}.py"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    check, submit = handout.module("check"), handout.module("submit")
    assert {check.outcome(one).mark for one in check.CHECKS} == {check.PASSED}
    _, warnings = submit.collect(handout.folder)
    assert [text for text in warnings if ".py" in text and "is older than" not in text] == []


def test_checks_and_submission_work_where_neither_the_grader_nor_otter_nor_jupyter_is_installed() -> None:
    missing = "for name in ('autograder', 'otter', 'IPython', 'nbgrader'): sys.modules[name] = None\n"
    done = subprocess.run(
        [
            *(sys.executable, "-B", "-c"),
            f"import sys\n{missing}import generative.submit\nfrom generative import check\n"
            "print([check.outcome(one).mark for one in check.CHECKS])",
        ],
        cwd=RELEASE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(ast.literal_eval(done.stdout)) == {"–"}
