"""The banks as text agree with the banks as code, and their texts stand alone."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.assignment import api, bugs, equivalents
from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.assignment.bugs import divergence as divergence_bugs
from autograder.assignment.bugs import elbo as elbo_bugs
from autograder.assignment.bugs import reparameterize as reparameterize_bugs
from autograder.assignment.equivalents import divergence as divergence_equivalents
from autograder.assignment.equivalents import reparameterize as reparameterize_equivalents
from autograder.sandbox.inside.invoke import fresh_state

BUGS = bugs.bugs_of(divergence_bugs, elbo_bugs, reparameterize_bugs)
RIGHT = equivalents.equivalents_of(divergence_equivalents, reparameterize_equivalents)
READ = {known.name: known for known in (*known_bugs(), *known_equivalents())}


def ask(function, about):
    """What a function does with arguments of its kind: its result, or the error that it raises."""
    fresh_state(seed=1)
    count = len(getattr(api, about).arguments)
    arguments = [torch.rand(2, 3) + 0.2 for _ in range(count)]
    if about == "elbo":
        arguments[0] = torch.rand(2)
    try:
        return function(*arguments)
    except Exception as error:
        return type(error)


def same(one, other):
    if isinstance(one, torch.Tensor):
        return isinstance(other, torch.Tensor) and torch.equal(one.nan_to_num(7), other.nan_to_num(7))
    if isinstance(one, tuple):
        return all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other)


def test_names_are_unique_over_both_banks():
    assert len(READ) == len(known_bugs()) + len(known_equivalents())


def test_reading_the_text_of_a_bug_gives_what_importing_gives():
    read = {known.name: (known.function, known.says, known.sheet, known.mistake) for known in known_bugs()}
    for bug in BUGS:
        assert read[bug.name] == (bug.about.name, bug.says, bug.sheet, bug.mistake)


@pytest.mark.parametrize("loaded", [*BUGS, *RIGHT], ids=lambda loaded: loaded.name)
def test_a_text_stands_alone_under_the_name_of_the_exercise(loaded):
    namespace = {"torch": torch, "F": F, "nn": nn, "math": math}
    exec(READ[loaded.name].as_solution(), namespace)
    about = loaded.about.name
    from_text, imported = ask(namespace[about], about), ask(loaded.run, about)
    assert from_text is not NameError
    assert same(from_text, imported) or loaded.name == "reparameterize_own_generator"


def test_a_bug_says_in_a_sentence_what_the_code_computes_and_where_to_look():
    for known in known_bugs():
        assert known.says.endswith("."), known.name
        assert known.sheet == api.EXERCISE[known.function], known.name
