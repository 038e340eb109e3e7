"""`python -m generative.submit`: the zip holds what the grader needs, and the student hears what is missing."""

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import product

import pytest

from autograder.course import Course
from autograder.results.answers import written_answers
from autograder.results.papers import paper_question
from autograder.submission import intake, open_submission
from tests.source.handout import ROOT, Handout, imported_from

NOTEBOOK = "generative_models.ipynb"
COURSE = Course(ROOT)
WRITTEN = [q.id for q in COURSE.spec.questions if q.kind == "written"]


@pytest.fixture
def stubs(tmp_path, monkeypatch):
    return imported_from(Handout(tmp_path / "generative-models", "release"), monkeypatch)


@pytest.fixture
def done(tmp_path, monkeypatch):
    """Everything is written, run and saved."""
    handout = imported_from(Handout(tmp_path / "generative-models", "solutions"), monkeypatch)
    edit_cells(handout, lambda cell: cell.update(execution_count=1) if cell["cell_type"] == "code" else None)
    return handout


def edit_cells(handout, change):
    """Change each cell and save the notebook."""
    path = handout.folder / NOTEBOOK
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        change(cell)
    path.write_text(json.dumps(book), encoding="utf-8")


def answer(handout, question, source, **more):
    def change(cell):
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"{question}-written":
            cell.update(source=source, **more)

    edit_cells(handout, change)


def warnings(handout):
    return handout.module("submit").collect(handout.folder)[1]


def paper(handout, name, content=b"%PDF-1.7"):
    path = handout.folder / "written" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def test_finished_work_gets_no_warning(done):
    assert warnings(done) == []


def test_the_handout_itself_is_told_all_that_is_to_do(stubs):
    assert warnings(stubs) == [
        "generative/divergence.py: not written yet: kl_normal, kl_standard_normal.",
        "generative/elbo.py: not written yet: elbo_definition, elbo_decomposition, bernoulli_log_likelihood, elbo.",
        "generative/gan.py: not written yet: discriminator_loss, generator_loss_minimax, generator_loss_nonsaturating.",
        "generative/predictions.py: without a number: KL_OF_ONE_POINT, RHO_OF_UNUSED_COMPONENT, "
        "LOG_LIKELIHOOD_OF_A_HIT, LOSS_AFTER_COLLAPSE.",
        "generative/vae.py: not written yet: reparameterize, VAE.__init__, VAE.encode, VAE.decode, VAE.forward, "
        "VAE.sample.",
        "generative_models.ipynb was not run, or not saved after its run: run all its cells and save it.",
        "No written answer to 9-1a, 9-1b, 9-1c, 9-1d, 9-1e, 9-2a, 9-2b, 9-2c, 9-2d: not in its cell, and not as "
        "written/9-1a.pdf (.png, .jpg).",
    ]


def test_a_file_that_is_not_python_is_named_with_its_line(done):
    done.write("gan.py", "import torch\n\n\ndef generator_loss_minimax(:\n")
    os.utime(done.folder / "generative/gan.py", (0, 0))
    assert warnings(done) == ["generative/gan.py, line 4, is not Python: nothing in this file can be graded."]


def test_a_missing_file_of_the_students_is_named(done):
    (done.folder / "generative/gan.py").unlink()
    assert warnings(done) == ["Missing: generative/gan.py."]


def test_a_prediction_counts_as_set_however_it_is_written(done):
    done.write(
        "predictions.py",
        "KL_OF_ONE_POINT: float | None = None\nRHO_OF_UNUSED_COMPONENT: float | None = None\n"
        "KL_OF_ONE_POINT = 1.0\nRHO_OF_UNUSED_COMPONENT: float = -1\nLOSS_AFTER_COLLAPSE = None\n",
    )
    os.utime(done.folder / "generative/predictions.py", (0, 0))
    assert warnings(done) == ["generative/predictions.py: without a number: LOSS_AFTER_COLLAPSE."]


def test_code_changed_after_the_notebook_was_saved_asks_for_another_run(done):
    saved = (done.folder / NOTEBOOK).stat().st_mtime
    os.utime(done.folder / "generative/elbo.py", (saved + 1, saved + 1))
    assert warnings(done) == [
        "generative_models.ipynb is older than generative/elbo.py: run it again with your final code and save it."
    ]


def test_cells_that_were_not_run_or_ended_in_an_error_are_counted_and_named(done):
    codes = iter(range(1000))

    def change(cell):
        if cell["cell_type"] == "code":
            number = next(codes)
            cell["execution_count"] = None if number < 2 else number
            cell["outputs"] = [{"output_type": "error", "ename": "CheckFailed"}] if number == 3 else []

    edit_cells(done, change)
    total = next(codes)
    assert warnings(done) == [
        f"generative_models.ipynb: 2 of {total} code cells were not run: run them and save it.",
        "generative_models.ipynb: cell [3] ended in CheckFailed.",
    ]


@pytest.mark.parametrize(
    ("spoil", "word"),
    [(lambda path: path.unlink(), "missing"), (lambda path: path.write_text("{"), "damaged")],
    ids=["missing", "damaged"],
)
def test_without_a_readable_notebook_there_are_no_answers(done, spoil, word):
    spoil(done.folder / NOTEBOOK)
    first, second = warnings(done)
    assert first == f"generative_models.ipynb is {word}: the written answers belong in it."
    assert second.startswith("No written answer to 9-1a, 9-1b,")


@pytest.mark.parametrize(
    "text", ["", "  \n", "*Your answer here.*"], ids=["empty", "blank", "the placeholder"]
)
def test_an_answer_that_is_nowhere_is_named_and_one_on_paper_or_attached_counts(done, text):
    for question in ("9-1c", "9-2b", "9-2d"):
        answer(done, question, text)
    assert warnings(done) == [
        "No written answer to 9-1c, 9-2b, 9-2d: not in its cell, and not as written/9-1c.pdf (.png, .jpg)."
    ]
    paper(done, "9-1c.pdf")
    answer(done, "9-2b", text, attachments={"photo.png": {"image/png": "iVBORw0KGgo="}})
    assert warnings(done) == [
        "No written answer to 9-2d: not in its cell, and not as written/9-2d.pdf (.png, .jpg)."
    ]
    paper(done, "9-2D-2.JPG")
    assert warnings(done) == []


def test_a_misnamed_photo_is_packed_and_said_not_to_be_found(done):
    paper(done, "IMG_1234.heic")
    files, (warning,) = done.module("submit").collect(done.folder)
    assert "written/IMG_1234.heic" in files
    assert warning == (
        "written/IMG_1234.heic belongs to no question: an answer on paper is a PDF, PNG or JPEG file named after its "
        "question, written/9-1a.pdf, and its further pages written/9-1a-2.pdf and so on."
    )


def test_a_paper_has_the_question_that_the_grader_gives_it(stubs):
    question_of = stubs.module("submit")._question_of
    folders, stems = (
        ["written/", "written/deep/"],
        ["9-1a", "9-1A", "9-2d", "9-3a", "9-1", "scan", "9-1a-", "-2"],
    )
    pages, suffixes = ["", "-2", "-10", "-x", "-100"], [".pdf", ".PNG", ".jpg", ".jpeg", ".heic", ""]
    for name in map("".join, product(folders, stems, pages, suffixes)):
        theirs = paper_question(name, WRITTEN)
        assert question_of(name) == (theirs and theirs.removesuffix("-written")), name


def test_a_large_file_is_packed_and_one_too_large_for_the_grader_is_not(done, monkeypatch):
    submit = done.module("submit")
    monkeypatch.setattr(submit, "LARGE", 2 * 2**20)
    monkeypatch.setattr(submit, "TOO_LARGE", 3 * 2**20)
    paper(done, "9-1a.pdf", bytes(int(2.5 * 2**20)))
    paper(done, "9-1b.pdf", bytes(4 * 2**20))
    files, found = submit.collect(done.folder)
    assert found == [
        "written/9-1a.pdf (2.5 MB) is large: scan or photograph it at a lower resolution.",
        "written/9-1b.pdf (4.0 MB) is left out, because it would not be accepted: scan or photograph it at a lower "
        "resolution.",
    ]
    assert "written/9-1a.pdf" in files
    assert "written/9-1b.pdf" not in files


def test_what_programs_and_the_handout_leave_is_left_out_without_a_word_and_the_rest_with_one(done):
    quiet = [
        "data/MNIST/raw/train", ".venv/lib/x.py", "venv/lib/x.py", "generative/__pycache__/gan.pyc", ".OTTER_LOG",
        ".ipynb_checkpoints/generative_models-checkpoint.ipynb", "submission.zip", "written/.DS_Store",
    ]  # fmt: skip
    for name in [*quiet, "my-environment/lib/x.py", "vae.pt", "generative/weights.pt"]:
        path = done.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    files, found = done.module("submit").collect(done.folder)
    assert found == [
        f"{name} is left out: it is neither code in generative/ nor an answer in written/."
        for name in ("generative/weights.pt", "my-environment", "vae.pt")
    ]
    assert {name.split("/")[0] for name in files} == {"generative", NOTEBOOK}


def test_the_same_content_gives_the_same_zip_whenever_and_wherever_it_is_made(done, tmp_path):
    submit = done.module("submit")
    paper(done, "9-1a.pdf")
    files, _ = submit.collect(done.folder)
    other = tmp_path / "elsewhere"
    shutil.copytree(done.folder, other)
    os.utime(other / "generative/gan.py", (0, 0))
    first = submit.pack(files, tmp_path / "first.zip")
    second = submit.pack(dict(reversed(submit.collect(other)[0].items())), tmp_path / "second.zip")
    assert first == second == hashlib.sha256((tmp_path / "first.zip").read_bytes()).hexdigest()
    assert submit.pack({**files, "written/9-1b.pdf": b"%PDF"}, tmp_path / "third.zip") != first


def test_the_grader_finds_everything_in_the_zip(done):
    done.write("my_helper.py", "TWO = 2\n")
    paper(done, "9-1a.pdf")
    paper(done, "9-1a-2.jpg", b"\xff\xd8")
    done.module("submit").main(done.folder)

    course = COURSE
    zipped, folder = (
        open_submission(path, name="ada", given=course.sheet.given, required=course.sheet.required)
        for path in (done.folder / "submission.zip", done.folder)
    )
    assert zipped.notes == ()
    assert set(course.sheet.required) | {"generative/my_helper.py", NOTEBOOK} <= set(zipped.files)
    assert all(folder.files[name] == content for name, content in zipped.files.items())
    answers = written_answers(zipped.files[NOTEBOOK], zipped.files, WRITTEN)
    assert set(WRITTEN) <= set(answers)
    assert [p.name for p in answers["9-1a-written"].papers] == ["written/9-1a.pdf", "written/9-1a-2.jpg"]


def test_the_work_has_the_hash_that_the_grader_gives_it_whoever_unpacks_it(done, tmp_path):
    """The grader's own definition is the oracle."""

    def graded(path):
        return open_submission(
            path, name="ada", given=COURSE.sheet.given, required=COURSE.sheet.required
        ).sha256

    submit = done.module("submit")
    done.write("my_helper.py", "TWO = 2\n")
    (done.folder / "generative/plots/figure.py").write_text("# changed, and replaced when graded\n")
    for name in (
        "9-1a.pdf",
        "9-1b-2.JPG",
        "IMG_1234.heic",
        "deeper/9-1c.png",
        "deeper/written/9-1d.png",
        "note.txt",
    ):
        (done.folder / "written" / name).parent.mkdir(parents=True, exist_ok=True)
        paper(done, name)
    for name in ("mnist/x.py", "__MACOSX/gan.py", "node_modules/x.py", "Größe.py"):
        (done.folder / "generative" / name).parent.mkdir(exist_ok=True)
        (done.folder / "generative" / name).write_text("ONE = 1\n")
    files, _ = submit.collect(done.folder)
    before = submit.content_hash(files)
    submit.pack(files, done.folder / "submission.zip")
    shutil.unpack_archive(done.folder / "submission.zip", tmp_path / "unpacked")
    assert graded(done.folder / "submission.zip") == graded(tmp_path / "unpacked") == before
    assert submit.content_hash({**files, "generative/my_helper.py": b"TWO = 3\n"}) != before


def test_of_two_names_that_differ_in_case_alone_one_is_packed_since_the_grader_refuses_both(done):
    paper(done, "9-1A.pdf")
    paper(done, "9-1a.pdf")
    if len(list((done.folder / "written").iterdir())) < 2:
        pytest.skip("this file system sees no difference in case")
    files, (warning,) = done.module("submit").collect(done.folder)
    assert [name for name in files if "9-1" in name] == ["written/9-1A.pdf"]
    assert warning == (
        "written/9-1a.pdf is left out: on some computers it is one name with written/9-1A.pdf. Rename one."
    )


def test_a_name_that_the_grader_would_not_read_is_told_to_be_changed(done):
    paper(done, "9-1a.pdf")
    done.write("größe.py", "")
    files, found = done.module("submit").collect(done.folder)
    assert "generative/größe.py" not in files
    assert found == [
        "generative/größe.py is left out: use only letters without accents, digits, - and _ in its name."
    ]


def test_the_command_lists_the_files_the_warnings_and_the_hash(done, capsys):
    answer(done, "9-2a", "")
    done.module("submit").main(done.folder)
    out = capsys.readouterr().out
    archive = (done.folder / "submission.zip").read_bytes()
    names = zipfile.ZipFile(done.folder / "submission.zip").namelist()
    assert all(f" kB  {name}\n" in out for name in names)
    assert "The notebook was last saved on " in out
    assert "Please look at this before you hand in:\n  ! No written answer to 9-2a: " in out
    assert f"\n  SHA-256 of the file     {hashlib.sha256(archive).hexdigest()}\n" in out
    graded = open_submission(
        done.folder / "submission.zip", name="ada", given=COURSE.sheet.given, required=COURSE.sheet.required
    )
    assert out.endswith(
        f"\n  SHA-256 of your work    {graded.sha256}\n"
        "Your feedback page names your work by the first 12 characters of the second one.\n"
    )


def test_its_constants_are_those_of_the_course(stubs):
    submit, course = stubs.module("submit"), COURSE
    assert [f"{question}-written" for question in submit.QUESTIONS] == WRITTEN
    assert set(submit.YOURS) == set(course.sheet.required)
    assert course.sheet.notebook == submit.NOTEBOOK
    assert set(course.sheet.given) == submit.GIVEN
    assert set(submit.TEXT) == intake.KEPT_SUFFIXES
    assert set(submit.PAPER) == intake.WRITTEN_SUFFIXES
    assert {name for name in intake.JUNK if not name.startswith(".")} <= submit.LEFTOVERS
    assert f'text_stub = "{submit.PLACEHOLDER}"' in (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")


def test_nbgrader_submits_the_code_and_the_papers_too(done, tmp_path):
    """nbgrader's own command, into an exchange folder as a course makes it."""
    pytest.importorskip("nbgrader", reason="nbgrader is not installed")
    exchange = tmp_path / "exchange" / "a-course"
    shutil.copytree(ROOT / "release/generative-models", exchange / "outbound/generative-models")
    (exchange / "inbound").mkdir()
    paper(done, "9-1a.pdf")
    run = subprocess.run(
        [
            *(sys.executable, "-m", "nbgrader", "submit", "generative-models"),
            *("--course=a-course", "--student=ada", f"--Exchange.root={exchange.parent}"),
        ],
        cwd=tmp_path,
        env=os.environ | {"HOME": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (received,) = (exchange / "inbound").iterdir()
    assert received.name.startswith("ada+generative-models+")
    for name in ("generative/vae.py", "written/9-1a.pdf", NOTEBOOK):
        assert (received / name).read_bytes() == (done.folder / name).read_bytes()


def test_the_guide_names_every_step_and_everything_to_write(stubs):
    guide = (stubs.folder / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(\d)\. (\w+)", guide, re.MULTILINE) == [
        ("1", "Set"), ("2", "Work"), ("3", "Check"), ("4", "Answer"), ("5", "Submit"),
    ]  # fmt: skip
    for command in (
        "python -m generative.check",
        "python -m generative.submit",
        "pip install -r requirements.txt",
    ):
        assert f"\n{command}" in guide
    unwritten = [text for text in warnings(stubs) if "not written yet: " in text]
    for text in unwritten:
        file, functions = text.removesuffix(".").split(": not written yet: ")
        assert f"`{file}`" in guide
        assert all(f"`{function.split('.')[0]}`" in guide for function in functions.split(", "))
    assert len(unwritten) == 4


def test_the_release_needs_what_its_requirements_name_and_nothing_of_ours(stubs):
    named = {
        re.match(r"[\w-]+", line)[0] for line in (stubs.folder / "requirements.txt").read_text().splitlines()
    }
    provides = {"otter": "otter-grader", "IPython": "jupyter"}
    for path in stubs.folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module]
            else:
                continue
            for top in (
                {module.split(".")[0] for module in modules} - sys.stdlib_module_names - {"generative"}
            ):
                assert provides.get(top, top) in named, f"{path.name} imports {top}"
