"""What a call does to its arguments shows without anybody's word: the known bugs, in a sandbox that denies it."""

import pytest

from autograder.assignment.bank import known_bugs
from autograder.assignment.bugs import divergence, elbo, finite_latent, gan, reparameterize, vae_encoder
from autograder.assignment.sheet import make_sheet
from autograder.sandbox.inside.invoke import Inputs
from tests.assignment.bank import broken, model_solution

FACTS = make_sheet({}).facts
FILES = (divergence, elbo, finite_latent, gan, reparameterize, vae_encoder)
SAME_AGAIN = {
    "kl_normal_epsilon_added_in_place",  # of 1e-8
    "bernoulli_image_rounded_in_place",
    "vae_decoder_clamps_z_in_place",
    "vae_squeezes_the_image_in_place",
}
"""What they change the second time gives what it gave the first time: told by the sandbox alone."""
IN_PLACE = [
    bug
    for bug in known_bugs()
    if bug.name.endswith(("_in_place", "_overwritten")) and bug.name not in SAME_AGAIN
]


@pytest.mark.parametrize("bug", IN_PLACE, ids=lambda bug: bug.name)
def test_a_change_that_nobody_tells_of_costs_what_it_costs_when_it_is_told(bug, monkeypatch):
    run = next(getattr(file, bug.name).run for file in FILES if hasattr(file, bug.name))
    facts = [fact for fact in FACTS if fact.about.name == bug.function]
    with model_solution("divergence", "elbo", "gan", "vae") as right:
        told = broken(facts, {**right, bug.function: run}, seed=0)
        monkeypatch.setattr(Inputs, "changed", lambda inputs: [])
        denied = broken(facts, {**right, bug.function: run}, seed=0)
    assert told
    assert denied.keys() == told.keys()
