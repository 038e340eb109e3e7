"""The smaller parts: our formulas in torch, shifted batches, pictures, events, what replaces a failed function."""

import base64
import io
from inspect import signature

import numpy as np
import PIL.Image
import pytest
import torch

from autograder.assignment.reference import divergence, elbo
from autograder.assignment.stand_ins import OURS, OurFormulas, formula, with_ours
from autograder.assignment.torch_models import losses
from autograder.assignment.torch_models.vae import ReferenceVAE
from autograder.assignment.torch_models.vae_loop import Budget, shifted_batches, train
from autograder.assignment.training.png import grid
from autograder.assignment.training.progress import Progress

BUDGET = Budget(steps=12, batch=50, learning_rate=1e-3, shift=1, seed=3)


def tensors(*shapes):
    generator = torch.Generator().manual_seed(1)
    return [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]


def test_our_formulas_in_torch_are_those_of_the_reference_in_numpy():
    a, b, c, d, ll = tensors((5, 3), (5, 3), (5, 3), (5, 3), (5,))
    ours = losses.kl_normal(a, b.exp(), c, d.exp())
    np.testing.assert_allclose(ours, divergence.kl_normal(a, b.exp(), c, d.exp()), rtol=1e-12)
    np.testing.assert_allclose(
        losses.kl_standard_normal(a, b), divergence.kl_standard_normal(a, b), rtol=1e-12
    )
    x = b.sigmoid()
    ours = losses.bernoulli_log_likelihood(x, 9 * a)
    np.testing.assert_allclose(ours, elbo.bernoulli_log_likelihood(x, 9 * a), rtol=1e-12)
    np.testing.assert_allclose(losses.elbo(ll, a, b), elbo.elbo(ll, a, b), rtol=1e-12)


def test_our_sample_has_the_mean_and_variance_of_q():
    torch.manual_seed(0)
    mu, logvar = torch.full((40_000,), 3.0), torch.full((40_000,), np.log(4.0))
    z = losses.reparameterize(mu, logvar)
    assert abs(z.mean() - 3) < 6 * 2 / 200
    assert abs(z.std() - 2) < 6 * 2 / np.sqrt(2 * 40_000)


def test_batches_are_all_images_once_each_moved_by_its_own_shift():
    images = torch.zeros(600, 28, 28, dtype=torch.uint8)
    images[:, 10, 10] = 255
    images[torch.arange(600), 20, 20] = torch.arange(600).remainder(256).to(torch.uint8)
    batches = list(shifted_batches(images, BUDGET))
    x = torch.cat(batches)
    assert x.shape == (600, 1, 28, 28)
    np.testing.assert_allclose(x.amax((1, 2, 3)), 1.0)
    where = x.reshape(600, 784).argmax(1)
    assert set(where.tolist()) == {(10 + i) * 28 + 10 + j for i in (-1, 0, 1) for j in (-1, 0, 1)}
    inks = (x.sum((1, 2, 3)) * 255).round().int() - 255
    assert sorted(inks.tolist()) == sorted(i % 256 for i in range(600))


def test_batches_do_not_depend_on_random_numbers_that_others_draw():
    images = torch.randint(0, 256, (100, 28, 28), dtype=torch.uint8)
    first = torch.cat(list(shifted_batches(images, BUDGET)))
    torch.rand(7)
    assert torch.equal(first, torch.cat(list(shifted_batches(images, BUDGET))))


def test_the_reference_model_learns_in_the_loop(digits):
    torch.manual_seed(0)
    images = torch.tensor(digits.train_images)
    budget = Budget(steps=60, batch=64, learning_rate=2e-3, shift=1, seed=0)
    reports = []
    history, _ = train(
        ReferenceVAE(hidden_dim=64),
        losses.bernoulli_log_likelihood,
        losses.elbo,
        images,
        budget,
        lambda step, loss: reports.append((step, loss)),
    )
    assert len(history) == 60
    assert reports[-1] == (60, history[-1])
    assert history[0] == pytest.approx(784 * np.log(2), rel=0.05)
    assert np.mean(history[-5:]) < 400


def test_a_picture_is_a_png_of_black_ink_on_white():
    images = np.zeros((6, 28, 28))
    images[1, 0, 0], images[5, 27, 27] = 1.0, 0.5
    picture = PIL.Image.open(io.BytesIO(base64.b64decode(grid(images, columns=3))))
    pixels = np.asarray(picture)
    assert (picture.mode, pixels.shape) == ("L", (56, 84))
    assert pixels[0, 28] == 0
    assert pixels[55, 83] == 128
    assert np.delete(pixels.reshape(-1), [28, 55 * 84 + 83]).min() == 255


def test_events_are_believed_in_nothing_but_form():
    progress = Progress(10, lambda *_: None)
    odd = [
        {},
        {"step": "4", "loss": 1.0},
        {"step": 11, "loss": 1.0},
        {"step": 2, "loss": "nan"},
        {"step": True},
    ]
    for event in [{"step": 3, "loss": 5}, *odd, {"step": 3, "loss": 4.0}, {"step": 5, "loss": 2.5}]:
        progress(event)
    assert (progress.done, progress.losses) == (5, [5.0, 2.5])


def test_a_file_keeps_its_text_and_gets_one_line_for_what_failed():
    files = {"generative/divergence.py": b"x = 1", "generative/vae.py": b"y = 2\n"}
    changed, replaced = with_ours(files, {"kl_standard_normal", "reparameterize", "elbo_definition"})
    for file, text, name in (
        ("divergence", b"x = 1\n", b"kl_standard_normal"),
        ("vae", b"y = 2\n\n", b"reparameterize"),
    ):
        content = changed[f"generative/{file}.py"]
        assert content.startswith(text + name + b" = ")
        assert content.count(b"\n") == text.count(b"\n") + 1
    assert replaced == ["kl_standard_normal", "reparameterize"]
    assert with_ours(files, set()) == (files, [])


@pytest.mark.parametrize("name", sorted(f.name for f in OURS))
def test_the_text_of_a_formula_stands_alone_and_holds_no_other(name):
    space: dict = {}
    exec(formula(name), space)
    assert set(space) == {"__builtins__", "torch", "F", "Tensor", name}
    arguments = [torch.rand(3, 4) + 0.5 for _ in signature(space[name]).parameters]
    if name == "elbo":
        arguments[0] = arguments[0][:, 0]
    results = []
    for function in (space[name], getattr(losses, name)):
        torch.manual_seed(0)
        results.append(function(*arguments))
    assert torch.equal(*results)


def test_a_function_is_asked_with_ours_only_for_what_stands_before_it_on_the_sheet():
    everything = {f.name for f in OURS}
    stand_ins = OurFormulas()
    assert stand_ins.files({}, everything, "kl_normal") == ({}, [])
    assert stand_ins.files({}, everything, "kl_standard_normal")[1] == ["kl_normal"]
    assert stand_ins.files({}, everything, "elbo")[1] == [
        *("kl_normal", "kl_standard_normal", "bernoulli_log_likelihood"),
    ]


def test_a_file_of_which_nothing_is_left_is_ours_alone():
    files = {"generative/elbo.py": b"while True: pass"}
    called = {"elbo", "bernoulli_log_likelihood"}
    changed, replaced = with_ours(files, {*called, "elbo_definition", "elbo_decomposition"})
    assert changed["generative/elbo.py"].startswith(b"bernoulli_log_likelihood = (lambda")
    assert replaced == ["bernoulli_log_likelihood", "elbo"]
    kept, _ = with_ours(files, {*called, "elbo_definition"})  # the decomposition is still the student's
    assert kept["generative/elbo.py"].startswith(b"while True")
