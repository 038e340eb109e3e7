"""Every function leaves torch's global settings as it found them, or loses its criterion of form and nothing else."""

from collections.abc import Iterator

import pytest
import torch

from autograder.assignment.sheet import make_sheet
from tests.assignment.bank import broken, model_solution

FACTS = make_sheet({}).facts
FUNCTIONS = sorted({fact.about.name for fact in FACTS} - {"VAE", "predictions"})
KIND = {fact.name: fact.kind for fact in FACTS}


@pytest.fixture(autouse=True)
def settings_given_back() -> Iterator[None]:
    yield
    torch.set_default_dtype(torch.float32)
    torch.set_grad_enabled(True)


def leaves_the_default_dtype() -> None:
    torch.set_default_dtype(torch.float64)


def leaves_gradients_off() -> None:
    torch.set_grad_enabled(False)


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("leave", [leaves_the_default_dtype, leaves_gradients_off])
def test_settings_that_a_function_leaves_cost_it_its_form(name, leave):
    with model_solution("divergence", "elbo", "gan", "vae") as right:

        def function(*arguments):
            result = right[name](*arguments)
            leave()
            return result

        found = broken([fact for fact in FACTS if fact.about.name == name], {**right, name: function}, seed=0)
    assert found
    assert "shape" in {KIND[fact.rpartition(".")[2]] for fact in found}
    assert any(
        "torch's default dtype" in str(text) or "gradients off" in str(text) for text in found.values()
    )
