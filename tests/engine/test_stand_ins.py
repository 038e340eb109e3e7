"""A function that has failed costs its own question; those that call it are asked again with ours in its place.

On the real sheet: `elbo` calls `kl_standard_normal` of another file, `generator_loss_minimax` calls
`discriminator_loss` of its own, and the model's methods call `reparameterize`.
"""

import re
from collections.abc import Callable, Mapping

import pytest

from autograder.course import Course
from autograder.engine.grade import grade
from autograder.results.model import Criterion, Result
from autograder.sandbox import Zygote
from autograder.submission import from_files
from tests.commands.course import SOLVED, STUBS, make_course, with_code

Grade = Callable[[Mapping[str, bytes]], Result]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(make_course(tmp_path_factory.mktemp("course")))


@pytest.fixture(scope="module")
def graded(zygote: Zygote, course: Course) -> Grade:
    bench = course.bench(zygote, None)
    return lambda files: grade(from_files(files, name="ada"), bench)


def lost(result: Result) -> set[str]:
    """The functions of which a criterion is not passed."""
    return {
        c.id.partition(".")[0]
        for q in result.questions
        for c in q.criteria
        if c.status not in ("passed", "pending")
    }


KL_SLIPS = {
    "without the half": "return mu**2 + torch.expm1(logvar) - logvar",
    "a sum over all": "return (mu**2 + torch.expm1(logvar) - logvar).sum() / 2",
    "nothing": "pass",
    "an exception": "raise ValueError('what is logvar?')",
    "a stub": "raise NotImplementedError('kl_standard_normal: exercise 9-1 (b)')",
    "an endless loop": "while True: pass",
    "the end of Python": "import os; os._exit(0)",
}


@pytest.mark.parametrize("slip", KL_SLIPS)
def test_elbo_loses_nothing_by_the_kl_that_it_calls(graded: Grade, slip: str) -> None:
    source = f"def kl_standard_normal(mu, logvar):\n    {KL_SLIPS[slip]}"
    result = graded(with_code("divergence.py", source))
    assert lost(result) == {"kl_standard_normal"}
    assert criterion(result, "elbo.value").rests_on == ["kl_standard_normal"]


def test_code_that_is_right_only_where_it_is_asked_alone_calls_a_person(graded: Grade) -> None:
    """Another file may have changed it, or it asks where it is: of two guesses the better one counts, so a person looks."""
    guesses = """
import sys

def discriminator_loss(logits_real, logits_fake, real=discriminator_loss):
    return real(logits_real, logits_fake) * (2 if "generative.vae" in sys.modules else 1)
"""
    result = graded({**SOLVED, "generative/gan.py": SOLVED["generative/gan.py"] + guesses.encode()})
    assert lost(result) == set()
    flag = next(flag for flag in result.flags if flag.kind == "right_only_alone")
    assert flag.text.startswith(
        "wrong beside the submission's other files and right alone: discriminator_loss"
    )


def test_what_passes_by_ours_where_nobody_calls_the_other_one_calls_a_person(graded: Grade) -> None:
    """It fails a function on purpose, to have ours to call."""
    code = """
def discriminator_loss(logits_real, logits_fake):
    raise NotImplementedError


def generator_loss_nonsaturating(logits_fake):
    return discriminator_loss(logits_fake, torch.full_like(logits_fake, -1e4))
"""
    result = graded(with_code("gan.py", code))
    (flag,) = result.flags
    assert flag.kind == "rests_on_ours"
    assert flag.text == (
        "passes only with ours in the place of what failed: generator_loss_nonsaturating with our discriminator_loss. "
        "What is its own?"
    )


def test_what_calls_others_as_everybody_does_calls_nobody(graded: Grade) -> None:
    failing = with_code("divergence.py", "def kl_standard_normal(mu, logvar):\n    raise ValueError")
    failing = with_code("gan.py", "def discriminator_loss(*logits):\n    raise ValueError", failing)
    assert graded(failing).flags == []


def test_the_root_that_is_named_is_the_one_that_was_needed(graded: Grade) -> None:
    files = with_code("divergence.py", "def kl_standard_normal(mu, logvar):\n    raise ValueError")
    files = with_code("gan.py", "def discriminator_loss(*logits):\n    raise ValueError", files)
    files = with_code("elbo.py", "def bernoulli_log_likelihood(x, logits):\n    raise ValueError", files)
    result = graded(files)
    rests = {c.id: c.rests_on for q in result.questions for c in q.criteria if c.rests_on}
    roots = {"elbo": ["kl_standard_normal"], "generator_loss_minimax": ["discriminator_loss"]}
    kinds = ("value", "gradient", "stability", "shape")
    assert rests == {f"{name}.{kind}": root for name, root in roots.items() for kind in kinds}


def test_what_passes_by_itself_rests_on_nothing(graded: Grade) -> None:
    assert not any(c.rests_on for q in graded(SOLVED).questions for c in q.criteria)


@pytest.mark.parametrize("content", [b"def unfinished(:\n", b"import no_such_library\n", None])
def test_elbo_loses_nothing_by_a_file_that_cannot_be_imported(graded: Grade, content: bytes | None) -> None:
    files = {**SOLVED, "generative/divergence.py": content or b""}
    if content is None:
        del files["generative/divergence.py"]
    assert lost(graded(files)) == {"kl_normal", "kl_standard_normal"}


def test_elbo_loses_nothing_by_a_file_that_it_imports_at_its_top(graded: Grade) -> None:
    elbo = b"from generative.divergence import kl_standard_normal\n" + SOLVED["generative/elbo.py"]
    files = {**SOLVED, "generative/elbo.py": elbo, "generative/divergence.py": b"def unfinished(:\n"}
    assert lost(graded(files)) == {"kl_normal", "kl_standard_normal"}


@pytest.mark.parametrize(
    "body",
    [
        "return log_px_given_z + kl_standard_normal(mu, logvar).flatten(1).sum(1)",
        "return kl_standard_normal(mu, logvar).flatten(1).sum(1) - log_px_given_z",
        "return (log_px_given_z - kl_standard_normal(mu, logvar).flatten(1).sum(1)).mean()",
        "return log_px_given_z - kl_standard_normal(mu, logvar).flatten(1).mean(1)",
    ],
)
@pytest.mark.parametrize("kl", ["without the half", "an exception"])
def test_a_wrong_elbo_stays_wrong_with_our_kl(graded: Grade, body: str, kl: str) -> None:
    files = with_code("divergence.py", f"def kl_standard_normal(mu, logvar):\n    {KL_SLIPS[kl]}")
    elbo = (
        "def elbo(log_px_given_z, mu, logvar):\n    from generative.divergence import kl_standard_normal\n"
        f"    {body}"
    )
    result = graded(with_code("elbo.py", elbo, files))
    assert lost(result) == {"kl_standard_normal", "elbo"}
    assert criterion(result, "elbo.value").status in (
        "failed",
        "partial",
    )  # −ELBO is a known slip with credit


def test_two_slips_in_one_file_cost_both(graded: Grade) -> None:
    source = (
        "def bernoulli_log_likelihood(x, logits):\n    return x.sum()\ndef elbo(*args):\n    return args[0]"
    )
    assert lost(graded(with_code("elbo.py", source))) == {"bernoulli_log_likelihood", "elbo"}


def test_minus_the_own_j_d_earns_the_minimax_loss_even_if_j_d_raises(graded: Grade) -> None:
    source = "def discriminator_loss(logits_real, logits_fake):\n    return logits_real.nothing()"
    result = graded(with_code("gan.py", source))
    assert lost(result) == {"discriminator_loss"}
    assert result.question("9-2c").score == 4


@pytest.mark.parametrize("body", ["return mu + logvar * torch.randn_like(mu)", "raise ValueError"])
def test_the_model_loses_nothing_by_the_reparameterization_that_it_calls(graded: Grade, body: str) -> None:
    assert lost(graded(with_code("vae.py", f"def reparameterize(mu, logvar):\n    {body}"))) == {
        "reparameterize"
    }


CONSPIRES = """
_asked = []
_right = kl_standard_normal

def _garbage(mu, logvar):
    return 1.7 + 0.3 * mu + 0.1 * logvar

def kl_standard_normal(mu, logvar):
    if any(mu.shape == m.shape and torch.equal(mu, m) for m in _asked):
        return _garbage(mu, logvar)
    {otherwise}
"""
GARBAGE_AS_ITS_KL_SAYS = """
def elbo(log_px_given_z, mu, logvar):
    import generative.divergence as own
    own._asked.append(mu.detach().clone())
    return log_px_given_z - own._garbage(mu, logvar).flatten(1).sum(1)
"""


@pytest.mark.parametrize(
    ("otherwise", "wrong"),
    [
        ("return _right(mu, logvar).flatten()", "kl_standard_normal"),
        (
            "return kl_normal(mu, (logvar / 2).exp(), 0 * mu, 1 + 0 * mu)\n"
            "def kl_normal(mu1, sigma1, mu2, sigma2):\n    return mu1",
            "kl_normal",
        ),
    ],
    ids=["loses its shape alone", "loses nothing in the end"],
)
def test_a_kl_that_is_right_where_it_is_judged_excuses_no_garbage(
    graded: Grade, otherwise: str, wrong: str
) -> None:
    files = with_code("divergence.py", CONSPIRES.format(otherwise=otherwise))
    result = graded(with_code("elbo.py", GARBAGE_AS_ITS_KL_SAYS, files))
    assert lost(result) == {wrong, "elbo"}
    assert result.question("9-1d").score == 6.75  # its shape is right


TELLS_OUR_SOURCE = """
def elbo(log_px_given_z, mu, logvar):
    import inspect
    from generative.divergence import kl_standard_normal
    kl_standard_normal(mu, logvar)
    raise RuntimeError("stolen: " + inspect.getsource(kl_standard_normal) + repr(kl_standard_normal(mu, logvar)))
"""


def test_what_a_function_says_while_ours_stands_in_is_shown_nowhere(graded: Grade) -> None:
    files = with_code("divergence.py", "def kl_standard_normal(mu, logvar):\n    raise ValueError('mine')")
    result = graded(with_code("elbo.py", TELLS_OUR_SOURCE, files))
    text = result.model_dump_json()
    assert lost(result) == {"kl_standard_normal", "elbo"}
    assert "stolen" not in text
    assert "ValueError: mine" in criterion(result, "elbo.value").message  # of the run without ours


def test_what_our_formula_returned_is_shown_nowhere(graded: Grade) -> None:
    """A wrong elbo that returns our KL fails, with the numbers of its own KL as evidence."""
    files = with_code("divergence.py", "def kl_standard_normal(mu, logvar):\n    return 0 * mu + 123456.0")
    elbo = (
        "def elbo(log_px_given_z, mu, logvar):\n    from generative.divergence import kl_standard_normal\n"
        "    return kl_standard_normal(mu, logvar).flatten(1)[:, 0]"
    )
    result = graded(with_code("elbo.py", elbo, files))
    got = [e.got for e in criterion(result, "elbo.value").evidence]
    assert got
    assert set(re.findall(r"\d+\.\d+", repr(got))) == {"123456.0"}


def test_an_untouched_release_gets_nothing_by_ours(graded: Grade) -> None:
    assert graded(STUBS).score == 0


def test_marks_do_not_depend_on_which_questions_are_asked_for(course: Course, zygote: Zygote) -> None:
    files = with_code("divergence.py", "def kl_standard_normal(mu, logvar):\n    return mu")
    alone = grade(from_files(files, name="ada"), course.bench(zygote, None, only=("9-1d",)))
    assert (alone.score, alone.graded_max) == (11, 11)


def test_a_training_run_loses_nothing_by_the_functions_that_it_calls(course: Course, zygote: Zygote) -> None:
    files = {**SOLVED, "generative/divergence.py": b"def unfinished(:\n"}
    files = with_code("vae.py", "def reparameterize(mu, logvar):\n    while True: pass", files)
    files = with_code("elbo.py", "def bernoulli_log_likelihood(x, logits):\n    return None", files)
    result = grade(from_files(files, name="ada"), course.bench(zygote, course.data("embedded")))
    assert lost(result) == {"kl_normal", "kl_standard_normal", "reparameterize", "bernoulli_log_likelihood"}
    assert criterion(result, "vae.training").score == 7
    assert result.training.vae is not None
    assert result.training.vae.replaced == [
        *("kl_normal", "kl_standard_normal", "bernoulli_log_likelihood", "reparameterize"),
    ]


def criterion(result: Result, id: str) -> Criterion:
    return next(c for q in result.questions for c in q.criteria if c.id == id)
