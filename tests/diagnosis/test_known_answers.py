"""Many known bugs are asked one question in one request, and answer as each would alone."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.assignment import api
from autograder.assignment.diagnosis import FINGERPRINTS
from autograder.diagnosis import RIGHT
from autograder.diagnosis.answers import EVERYTHING, Seen, agree, seen
from autograder.diagnosis.questions import KnownAnswers, Question
from autograder.engine.draw import Draw
from autograder.errors import SandboxError
from autograder.sandbox import Limits, Sandbox, Zygote
from tests.diagnosis.conftest import SEED


def question(function: str) -> Question:
    return Question.of(FINGERPRINTS.functions[function].probes(Draw(SEED, "x")).typical[0], 7, "first")


def alone(bank: Sandbox, asked: Question, name: str) -> Seen:
    """The standard operation `call`, of one entry."""
    request = replace(asked, params={**asked.params, "known": name}).request(asked.noise)
    [reply] = bank.exchange([request])
    return seen(asked, reply, EVERYTHING)


@pytest.mark.parametrize("function", ["kl_normal", "reparameterize", "elbo"])
def test_together_they_answer_as_alone(bank: Sandbox, function: str) -> None:
    """Also those that come after one that changes its arguments in place, or draws noise."""
    asked = question(function).values()
    names = [RIGHT, *FINGERPRINTS.functions[function].bugs()]
    together = KnownAnswers(bank, EVERYTHING)(asked, names)
    answered = [name for name, answer in zip(names, together, strict=True) if not answer.exception]
    assert len(answered) > len(names) / 2
    assert any(answer.changed for answer in together)
    assert all(agree(one, alone(bank, asked, name)) for name, one in zip(names, together, strict=True))


def test_one_that_raises_costs_the_others_nothing(bank: Sandbox) -> None:
    names = ["bernoulli_view_784", RIGHT, "bernoulli_summed_over_image_axes", RIGHT]
    found = KnownAnswers(bank, EVERYTHING)(question("bernoulli_log_likelihood"), names)
    assert [answer.exception for answer in found] == ["RuntimeError", None, "IndexError", None]


def test_an_answer_beyond_its_share_of_the_reply_is_an_exception(zygote: Zygote) -> None:
    mu = np.zeros((10, 10))
    asked = Question.of(api.reparameterize(mu, mu), 7, "large")
    with zygote.open({}, program=FINGERPRINTS.program, limits=Limits(reply_bytes=800)) as small:
        assert [s.exception for s in KnownAnswers(small, EVERYTHING)(asked, [RIGHT])] == [None]
    with zygote.open({}, program=FINGERPRINTS.program, limits=Limits(reply_bytes=1000)) as small:
        names = [RIGHT, *list(FINGERPRINTS.functions["reparameterize"].bugs())[:1]]
        assert [s.exception for s in KnownAnswers(small, EVERYTHING)(asked, names)] == ["ValueError"] * 2


def test_a_bank_that_does_not_know_an_entry_has_stopped(bank: Sandbox) -> None:
    with pytest.raises(SandboxError, match=r"stopped answering\. Grade this submission again"):
        KnownAnswers(bank, EVERYTHING)(question("elbo"), ["no_such_bug"])
