"""The public checks: one definition behind five doors, and a sentence for whatever a student's file may hold."""

import subprocess
import sys

import nbformat
import pytest
import torch

from autograder.course import Course
from autograder.submission import open_submission
from tests.source.handout import ROOT, Handout, imported_from

FIRST_LINE = "import torch\n\n\ndef kl_normal(mu1, sigma1, mu2, sigma2):\n    "


MINIMAX_STUB = (
    "def generator_loss_minimax(logits_real, logits_fake):\n"
    '    raise NotImplementedError("generator_loss_minimax: exercise 9-2 (c)")\n'
)


@pytest.fixture
def stubs(tmp_path, monkeypatch):
    return imported_from(Handout(tmp_path / "generative-models", "release"), monkeypatch)


@pytest.fixture
def solved(tmp_path, monkeypatch):
    return imported_from(Handout(tmp_path / "generative-models", "solutions"), monkeypatch)


def outcomes(handout: Handout) -> dict[str, tuple[str, str]]:
    check = handout.module("check")
    results = {str(c): check.outcome(c) for c in check.CHECKS}
    return {title: (result.mark, result.sentence) for title, result in results.items()}


def test_every_automatic_question_has_public_checks_and_says_what_is_hidden(solved):
    questions = [q.id for q in Course(ROOT).spec.questions if q.kind == "auto"]
    check = solved.module("check")
    assert list(check.HIDDEN) == questions
    assert list(dict.fromkeys(c.question for c in check.CHECKS)) == questions


def test_every_check_passes_on_the_solution(solved):
    assert set(outcomes(solved).values()) == {("✓", "")}


def test_every_check_says_of_a_stub_what_is_not_written_and_where(stubs):
    found = outcomes(stubs)
    assert {mark for mark, _ in found.values()} == {"–"}
    predictions = found.pop("9-1e predictions: every constant has a number, right or wrong")
    assert predictions[1] == (
        "Without a number in predictions.py: KL_OF_ONE_POINT, RHO_OF_UNUSED_COMPONENT, LOG_LIKELIHOOD_OF_A_HIT, "
        "LOSS_AFTER_COLLAPSE."
    )
    for title, (_, sentence) in found.items():
        function, rest = sentence.split(" is not written yet (")
        file, line = rest.removesuffix(").").split(", line ")
        assert function.split(".")[0] in title, "the sentence names the function that the check is about"
        text = (stubs.folder / "generative" / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert f'raise NotImplementedError("{function}: ' in text


CALL = "kl_normal([0, −3], [1, 2], [0, −3], [1, 2])"
SENTENCES = {
    "nothing is returned": ("pass", "✗", f"{CALL} should be a tensor, yours is None: is a `return` missing?"),
    "a number": ("return 0.0", "✗", f"{CALL} should be a tensor, yours is of type float."),
    "an array": ("return mu1.numpy()", "✗", f"{CALL} should be a tensor, yours is of type ndarray."),
    "a sum": ("return mu1.sum() - mu2.sum()", "✗", f"{CALL} should have shape (2,), yours has ()."),
    "a wrong value": ("return mu1 + 0.5", "✗", f"{CALL} should be 0, 0, yours is 0.5, -2.5."),
    "not a number": ("return mu1 / 0 - mu1 / 0", "✗", f"{CALL} should be 0, 0, yours is nan, nan."),
    "an exception": (
        "return mu1.logarithm()",
        "✗",
        "divergence.py, line 5, `return mu1.logarithm()`: AttributeError: 'Tensor' object has no attribute 'logarithm'",
    ),
    "an exception inside torch": (
        "return torch.zeros(3) + mu1",
        "✗",
        "divergence.py, line 5, `return torch.zeros(3) + mu1`: RuntimeError: The size of tensor a (3) must match the "
        "size of tensor b (2) at non-singleton dimension 0",
    ),
    "an exception without words": (
        "assert False",
        "✗",
        "divergence.py, line 5, `assert False`: AssertionError",
    ),
    "an exit": ("raise SystemExit", "✗", "divergence.py, line 5, `raise SystemExit`: SystemExit"),
    "a stub of the student's own": (
        "raise NotImplementedError",
        "–",
        "kl_normal is not written yet (divergence.py, line 5).",
    ),
    "a stub further down": (
        "return helper(mu1)\n\n\ndef helper(x):\n    raise NotImplementedError('helper: tomorrow')",
        "–",
        "helper is not written yet (divergence.py, line 9).",
    ),
    "torch cannot do it": (
        "return torch.nn.Module()(mu1)",
        "✗",
        "divergence.py, line 5, `return torch.nn.Module()(mu1)`: NotImplementedError: Module [Module] is missing the "
        'required "forward" function',
    ),
    "a slip in a name": (
        "return mu",
        "✗",
        "divergence.py, line 5, `return mu`: NameError: name 'mu' is not defined",
    ),
}


@pytest.mark.parametrize(("body", "mark", "sentence"), SENTENCES.values(), ids=SENTENCES)
def test_one_sentence_says_what_is_wrong(solved, body, mark, sentence):
    solved.write("divergence.py", FIRST_LINE + body + "\n")
    assert outcomes(solved)["9-1a kl_normal: two equal normals"] == (mark, sentence)


FILES = {
    "a file that is not Python": (
        "import torch\n\n\ndef kl_normal(:\n    pass\n",
        "divergence.py, line 4 is not Python: invalid syntax.",
    ),
    "a file that does not load": (
        "import troch\n",
        "divergence.py, line 1, `import troch`: ModuleNotFoundError: No module named 'troch'",
    ),
    "a renamed function": (
        "def kl_gauss(mu1, sigma1, mu2, sigma2):\n    return mu1\n",
        "divergence.py does not define kl_normal: keep the names of the handout.",
    ),
    "an argument less": (
        "def kl_normal(mu1, sigma1, mu2):\n    return mu1\n",
        "TypeError: kl_normal() takes 3 positional arguments but 4 were given",
    ),
}


@pytest.mark.parametrize(("text", "sentence"), FILES.values(), ids=FILES)
def test_a_broken_file_fails_its_own_questions_and_no_other(solved, text, sentence):
    solved.write("divergence.py", text)
    found = outcomes(solved)
    assert found["9-1a kl_normal: two equal normals"] == ("✗", sentence)
    needs_it = {"9-1a", "9-1b"}
    assert all(mark == "✓" for title, (mark, _) in found.items() if title[:4] not in needs_it | {"9-1d"})
    assert found["9-1d bernoulli_log_likelihood: logits 0 on 784 pixels"] == ("✓", "")


def test_a_missing_file_is_named(solved):
    (solved.folder / "generative/gan.py").unlink()
    assert outcomes(solved)["9-2c generator_loss_minimax: D cannot tell"] == (
        "✗",
        "generative/gan.py is missing: take it from the handout again.",
    )


def test_a_file_that_a_running_notebook_cannot_reload_does_not_pass_by_its_old_version(solved):
    assert outcomes(solved)["9-2d generator_loss_nonsaturating: D cannot tell"][0] == "✓"
    solved.write("gan.py", "def generator_loss_nonsaturating(logits_fake)\n")
    assert outcomes(solved)["9-2d generator_loss_nonsaturating: D cannot tell"] == (
        "✗",
        "gan.py, line 1 is not Python: expected ':'.",
    )


def test_a_naive_logarithm_fails_at_the_extreme_that_is_shown(solved):
    solved.write(
        "gan.py",
        "def discriminator_loss(real, fake):\n"
        "    return -(real.sigmoid().log().mean() + (1 - fake.sigmoid()).log().mean()) / 2\n",
    )
    found = outcomes(solved)
    assert found["9-2b discriminator_loss: D cannot tell"] == ("✓", "")
    assert found["9-2b discriminator_loss: one extreme, D surely wrong"] == (
        "✗",
        "discriminator_loss([50], [50]), that is, ½ · 0 + ½ · 50, should be 25, yours is inf.",
    )


def test_logits_instead_of_probabilities_and_a_forgotten_head_are_named(solved):
    solved.write(
        "vae.py",
        "import torch\n\n\nclass VAE(torch.nn.Module):\n"
        "    def __init__(self, latent_dim=20, hidden_dim=400):\n        super().__init__()\n"
        "    def encode(self, x):\n        return x.flatten(1)[:, :7]\n"
        "    def sample(self, n):\n        return torch.full((n, 784), -3.0)\n",
    )
    found = outcomes(solved)
    assert found["9-1e VAE: shapes of encode, decode, forward"] == (
        "✗",
        "encode should return (mu, logvar), yours returned a Tensor instead.",
    )
    assert found["9-1e VAE.sample: probabilities"] == (
        "✗",
        "sample(4) should lie in [0, 1], yours does not: are these still logits?",
    )


def test_in_the_notebook_a_question_that_passes_is_told_what_is_hidden(solved, capsys):
    solved.module("check").run("9-1b")
    assert capsys.readouterr().out == (
        "9-1b  ✓ kl_standard_normal: the standard normal itself\n"
        "      ✓ kl_standard_normal: mu = 3, logvar = 0\n"
        "        Hidden criteria look at: values over the whole graded range, gradients,\n"
        "        extreme logvar.\n"
    )


def test_in_the_notebook_a_failure_is_an_exception_that_shows_itself_without_a_traceback(solved):
    solved.write("divergence.py", FIRST_LINE + 'raise NotImplementedError("kl_normal: exercise 9-1 (a)")\n')
    check = solved.module("check")
    with pytest.raises(check.CheckFailed) as failed:
        check.run("9-1a")
    assert str(failed.value) == (
        "9-1a  – kl_normal: two equal normals\n"
        "      – kl_normal: means one standard deviation apart\n"
        "        kl_normal is not written yet (divergence.py, line 5).\n"
        "\n"
        "2 of 2 public checks do not pass yet. Mend the code, save its file\n"
        "and run this cell again. (To go on without it, run the cells below this one.)"
    )
    assert failed.value._render_traceback_() == [str(failed.value)]


def test_an_unknown_question_is_answered_with_the_known_ones(solved):
    with pytest.raises(ValueError, match="no question '9-3a'; there are 9-1a, 9-1b"):
        solved.module("check").run("9-3a")


def test_checks_leave_the_notebooks_random_numbers_alone(solved):
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    outcomes(solved)
    assert torch.equal(torch.rand(3), expected)


def test_the_command_shows_a_table_and_its_status_says_whether_all_pass(solved, capsys):
    main = solved.module("check").main
    assert main([]) == 0
    assert capsys.readouterr().out.endswith("\n✓ 18 passed   ✗ 0 failed   – 0 not written yet\n")

    solved.write("divergence.py", FIRST_LINE + "return mu1 + 0.5\n")
    del sys.modules["generative.divergence"]
    assert main(["9-1a"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(
        "Exercise 9: Generative Models, sheet 2026.1: public checks\n\n9-1a  ✗ kl_normal: two equal"
    )
    assert "\x1b" not in out, "no colours in a pipe"
    assert out.endswith("\n✓ 0 passed   ✗ 2 failed   – 0 not written yet\n")


def test_the_command_refuses_an_unknown_question_with_the_known_ones(solved, capsys):
    with pytest.raises(SystemExit) as left:
        solved.module("check").main(["9-2a"])
    assert left.value.code == 2
    assert "choose from '9-1a', '9-1b'" in capsys.readouterr().err


def test_pytest_in_the_folder_runs_the_same_checks(solved):
    solved.write("divergence.py", FIRST_LINE + "return mu1 + 0.5\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-k", "9-1a or 9-2c", "-p", "no:cacheprovider"],
        cwd=solved.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"\n{CALL} should be 0, 0, yours is 0.5, -2.5.\n" in done.stdout
    assert "Traceback" not in done.stdout
    assert "2 failed, 1 passed" in done.stdout


def notebook(*sources: str, graded: bool = False) -> nbformat.NotebookNode:
    book = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for number, source in enumerate(sources):
        cell = nbformat.v4.new_code_cell(source)
        if graded:
            cell.metadata.nbgrader = {
                **{"schema_version": 3, "grade_id": f"cell-{number}", "locked": True, "task": False},
                **{"grade": source.startswith("check.run"), "solution": False, "points": 0},
            }
        book.cells.append(cell)
    return book


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_otter_and_a_notebook_ask_the_same_checks_and_otters_export_holds_the_code(solved):
    """In a kernel of its own, as a student would: one question solved, one a stub."""
    pytest.importorskip("otter", reason="otter-grader is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    solved.write("gan.py", MINIMAX_STUB)
    book = notebook(
        'from generative import check\ncheck.run("9-2c")',
        'import otter\ngrader = otter.Notebook("generative_models.ipynb")\nprint(grader.check("9-1a"))',
        'print(grader.check("9-2c"))\nprint(grader.check_all())',
        'grader.export(pdf=False, files=["generative"], export_path="otter.zip", display_link=False)',
    )
    place = {"metadata": {"path": str(solved.folder)}}
    nbclient.NotebookClient(book, timeout=120, allow_errors=True, resources=place).execute()
    own, passed, failed = (cell.outputs[-1] for cell in book.cells[:3])
    sentence = "generator_loss_minimax is not written yet (gan.py, line 2)."
    assert (own.output_type, own.ename) == ("error", "CheckFailed")
    assert sentence in own.evalue
    assert "Traceback" not in "".join(own.traceback)
    assert passed.text.startswith("9-1a results: All test cases passed!")
    assert "Hidden criteria look at: values over the whole graded range, broadcasting" in passed.text
    assert f"CheckFailed: {sentence}" in failed.text
    one, _, every = failed.text.partition("9-1a results:")
    assert "All test cases passed" not in one
    assert f"CheckFailed: {sentence}" in every

    sheet = Course(ROOT).sheet
    exported = open_submission(
        solved.folder / "otter.zip", name="ada", given=sheet.given, required=sheet.required
    )
    assert exported.files["generative/gan.py"] == MINIMAX_STUB.encode()
    assert set(sheet.required) | {sheet.notebook} <= set(exported.files)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nbgraders_validate_fails_the_cell_of_a_failing_check_and_no_other(solved):
    validator = pytest.importorskip("nbgrader.validator", reason="nbgrader is not installed")
    solved.write("gan.py", MINIMAX_STUB)
    cells = ["from generative import check", 'check.run("9-1a")', 'check.run("9-2c")']
    path = solved.folder / "small.ipynb"
    nbformat.write(notebook(*cells, graded=True), path)
    (failed,) = validator.Validator().validate(str(path))["failed"]
    assert failed["source"] == 'check.run("9-2c")'
    assert "generator_loss_minimax is not written yet (gan.py, line 2)." in failed["error"]


def test_otter_has_one_file_per_question(stubs):
    files = sorted(path.stem for path in (stubs.folder / "tests").iterdir())
    assert files == sorted(stubs.module("check").HIDDEN)
