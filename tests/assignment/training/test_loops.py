"""The training loops give what the loop of a notebook gives, bit for bit, for no more work.

The oracle is that plain loop, written here: no checks, curve or reports. The gates rest on numbers of such runs.
"""

import pytest
import torch

from autograder.assignment.torch_models import losses
from autograder.assignment.torch_models.gan import ReferenceDiscriminator, ReferenceGenerator
from autograder.assignment.torch_models.gan_loop import BETAS, GameBudget, play
from autograder.assignment.torch_models.vae import ReferenceVAE
from autograder.assignment.torch_models.vae_loop import Budget, shifted_batches, train
from autograder.assignment.training.gan_shapes import NOISE

STEPS, BATCH, RATE = 12, 16, 1e-3


@pytest.fixture(autouse=True)
def one_thread():
    """As in the sandboxes. With more, threads wait for each other longer than these small networks compute."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def minimax(d, x, fake):
    return losses.generator_loss_minimax(d(x), d(fake))


def nonsaturating(d, x, fake):
    return losses.generator_loss_nonsaturating(d(fake))


def digits(*shape):
    return torch.randint(0, 256, (100, *shape), dtype=torch.uint8, generator=torch.Generator().manual_seed(4))


def players():
    torch.manual_seed(5)
    return ReferenceGenerator(), ReferenceDiscriminator()


def plain_game(g, d, generator_loss, images):
    """Algorithm 1 of Goodfellow et al., NeurIPS 2014, with k = 1 and Adam; J_D and J_G of every step."""
    adam_g, adam_d = (torch.optim.Adam(p.parameters(), lr=RATE, betas=BETAS, fused=True) for p in (g, d))
    random, history = torch.Generator().manual_seed(3), []
    for _ in range(STEPS):
        x = images[torch.randint(len(images), (BATCH,), generator=random)].float().div(255)
        fake = g(torch.randn(BATCH, NOISE, generator=random))
        loss_d = losses.discriminator_loss(d(x), d(fake.detach()))
        adam_d.zero_grad()
        loss_d.backward()
        adam_d.step()
        loss_g = generator_loss(d, x, fake)
        adam_g.zero_grad()
        loss_g.backward()
        adam_g.step()
        history.append((loss_d.item(), loss_g.item()))
    return history


def same(one, two):
    state = two.state_dict()
    return all(torch.equal(tensor, state[name]) for name, tensor in one.state_dict().items())


@pytest.mark.parametrize(("generator_loss", "asked"), [(minimax, 4), (nonsaturating, 3)])
def test_a_game_is_the_plain_game_and_asks_d_no_more_often(generator_loss, asked):
    images = digits(196)
    ours, plain = players(), players()
    calls = []
    ours[1].register_forward_hook(lambda *_: calls.append(1))
    budget = GameBudget(STEPS, BATCH, RATE, seed=3)
    curves = play(*ours, losses.discriminator_loss, generator_loss, images, budget)
    assert list(zip(*curves, strict=True)) == plain_game(*plain, generator_loss, images)
    assert all(same(*pair) for pair in zip(ours, plain, strict=True))
    assert len(calls) == asked * STEPS


def test_the_training_of_a_vae_is_the_plain_one():
    images, budget = digits(28, 28), Budget(STEPS, BATCH, RATE, shift=1, seed=3)
    torch.manual_seed(5)
    ours = ReferenceVAE(hidden_dim=32)
    curve, _ = train(ours, losses.bernoulli_log_likelihood, losses.elbo, images, budget)
    torch.manual_seed(5)
    plain, history = ReferenceVAE(hidden_dim=32), []
    adam = torch.optim.Adam(plain.parameters(), lr=RATE, fused=True)
    for x in shifted_batches(images, budget):
        logits, mu, logvar = plain(x)
        loss = -losses.elbo(losses.bernoulli_log_likelihood(x.flatten(1), logits), mu, logvar).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        history.append(loss.item())
    assert curve == history
    assert same(ours, plain)
