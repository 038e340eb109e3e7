"""The solved VAE keeps its contract: shapes, randomness where it is allowed, gradients everywhere."""

import pytest
import torch


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def test_reparameterize_has_exact_gradients_whatever_was_drawn(source):
    mu = torch.linspace(-2e3, 2e3, 10, dtype=torch.float64, requires_grad=True)
    logvar = torch.linspace(-60, 30, 10, dtype=torch.float64, requires_grad=True)
    z = source.vae.reparameterize(mu, logvar)
    z.sum().backward()
    torch.testing.assert_close(mu.grad, torch.ones_like(mu))
    # z − mu loses digits to mu where sigma is small.
    torch.testing.assert_close(logvar.grad, (z - mu).detach() / 2, rtol=1e-6, atol=1e-12)


def test_reparameterize_draws_a_normal_with_the_given_moments(source):
    n = 40_000
    for sigma in (0.2, 2.0):
        mu = torch.full((n,), 3.0, dtype=torch.float64)
        eps = (source.vae.reparameterize(mu, (mu * 0 + sigma**2).log()) - mu) / sigma
        # Bounds are six standard errors of the mean, the variance and the fourth moment of a standard normal.
        for power, expected, variance in [(1, 0, 1), (2, 1, 2), (4, 3, 96)]:
            assert abs((eps**power).mean() - expected) < 6 * (variance / n) ** 0.5


@pytest.mark.parametrize("shape", [(3, 784), (3, 1, 28, 28), (1, 1, 28, 28)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_vae_shapes(source, shape, dtype):
    vae = source.vae.VAE(latent_dim=7, hidden_dim=30).to(dtype)
    logits, mu, logvar = vae(torch.rand(shape, dtype=dtype))
    assert logits.shape == (shape[0], 784)
    assert mu.shape == logvar.shape == (shape[0], 7)
    assert logits.dtype == vae.sample(2).dtype == dtype


def test_vae_works_with_its_defaults_and_samples_probabilities(source):
    images = source.vae.VAE().sample(5)
    assert images.shape == (5, 784)
    assert images.min() >= 0
    assert images.max() <= 1


def test_forward_draws_anew_in_train_and_in_eval_mode(source):
    vae, x = source.vae.VAE(), torch.rand(2, 784)
    for mode in (True, False):
        vae.train(mode)
        assert not torch.equal(vae(x)[0], vae(x)[0])


def test_every_parameter_learns_from_the_elbo(source):
    vae, x = source.vae.VAE(latent_dim=3, hidden_dim=10), torch.rand(4, 784)
    logits, mu, logvar = vae(x)
    loss = -source.elbo.elbo(source.elbo.bernoulli_log_likelihood(x, logits), mu, logvar).mean()
    loss.backward()
    assert all(p.grad.abs().sum() > 0 for p in vae.parameters())


def test_vae_runs_where_its_input_lives(source):
    """The meta device stands for any device that is not the CPU."""
    vae = source.vae.VAE().to("meta")
    logits, _, _ = vae(torch.rand(2, 784, device="meta"))
    assert logits.device.type == vae.sample(2).device.type == "meta"
