"""The facts of the class VAE against classes that no bank would hold."""

import numpy as np
import pytest
import torch
from torch import nn

from tests.assignment.bank import broken, count_calls, model_solution
from tests.assignment.vae.known import FACTS


class Tiny(nn.Module):
    """A right VAE in five lines, for others to spoil; its noise is what `play` seeds."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder, self.decoder = nn.Linear(784, 2 * latent_dim), nn.Linear(latent_dim, 784)

    def encode(self, x):
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + (logvar / 2).exp() * mu.new_empty(mu.shape).normal_()), mu, logvar

    def sample(self, n):
        return self.decode(self.decoder.weight.new_empty(n, self.latent_dim).normal_()).sigmoid()


def found_broken(made):
    return broken(FACTS, {"VAE": made}, seed=0)


@pytest.mark.parametrize("result", [None, "text", 3.0], ids=["None", "str", "float"])
@pytest.mark.parametrize("method", ["encode", "decode", "forward", "sample"])
def test_a_method_that_returns_anything_else_fails_without_an_error_of_ours(method, result):
    class Odd(Tiny):
        pass

    setattr(Odd, method, lambda self, argument: result)
    assert any(f"VAE.{method} " in text for text in found_broken(Odd).values())


def test_tensors_of_odd_shapes_fail_without_an_error_of_ours():
    class Scalars(Tiny):
        def encode(self, x):
            return x.mean(), x[:0]

        def decode(self, z):
            return z.new_zeros(0, 784)

        def forward(self, x):
            return x.mean(), x[0, :0], x.mean()

        def sample(self, n):
            return next(self.parameters()).new_zeros(())

    messages = found_broken(Scalars)
    assert {fact.kind for fact in FACTS if fact.id in messages} >= {"value", "shape"}


def test_a_module_without_parameters_is_told_that_nothing_can_be_trained():
    class Constant(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            for parameter in self.parameters():
                parameter.requires_grad_(False)

    assert "no parameter gets a gradient from the result of encode" in "".join(
        found_broken(Constant).values()
    )


def test_a_start_that_no_seed_sets_is_nobodys_fault():
    class Unseeded(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            rng = np.random.default_rng()
            for parameter in self.parameters():
                parameter.data += torch.as_tensor(rng.normal(0, 0.05, parameter.shape), dtype=torch.float32)

    assert "VAE.latents_follow_the_encoder" not in found_broken(Unseeded)


def test_numbers_that_are_not_finite_fail_without_an_error_of_ours():
    class Nan(Tiny):
        def decode(self, z):
            return super().decode(z) / 0

    assert "the result of decode is not finite" in found_broken(Nan)["VAE.decoder_gives_logits"]


def test_all_facts_together_ask_little():
    with model_solution("vae") as functions:
        assert count_calls(FACTS, functions, seed=0) <= 65
