"""The bank as text agrees with the bank as code, and its texts stand alone."""

import math

import pytest
import torch
import torch.nn.functional as F

from autograder.assignment import api
from autograder.assignment.bank import known_bugs
from autograder.assignment.bugs import bugs_of, divergence, elbo

LOADED = bugs_of(divergence, elbo)
READ = {known.name: known for known in known_bugs()}


def test_names_are_unique():
    assert len(READ) == len(known_bugs())


@pytest.mark.parametrize("bug", LOADED, ids=lambda bug: bug.name)
def test_reading_the_text_gives_what_importing_gives(bug):
    known = READ[bug.name]
    assert (known.function, known.says, known.sheet) == (bug.about.name, bug.says, bug.sheet)


@pytest.mark.parametrize("known", [READ[bug.name] for bug in LOADED], ids=lambda known: known.name)
def test_a_text_stands_alone_under_the_name_of_the_exercise(known):
    namespace = {"torch": torch, "F": F, "math": math}
    exec(known.as_solution(), namespace)
    arguments = getattr(api, known.function).arguments
    tables = [
        torch.full((2, 3), 1 / 3).log() if name.startswith("log_") else torch.rand(2, 3) for name in arguments
    ]
    if known.function == "elbo":
        tables[0] = torch.rand(2)
    result = namespace[known.function](*tables)
    assert isinstance(result, torch.Tensor | tuple)


@pytest.mark.parametrize("known", READ.values(), ids=lambda known: known.name)
def test_a_bug_says_in_a_sentence_what_the_code_computes_and_where_to_look(known):
    assert known.says.endswith(".")
    assert known.sheet == api.EXERCISE[known.function]
