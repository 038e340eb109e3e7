"""The judge of generated digits, and the images that the grader draws itself.

Oracles: torch's own modules for the networks, closed forms for the two scores.
"""

import hashlib

import numpy as np
import pytest
import torch
from torch import nn

from autograder.assignment.torch_models.gan import ReferenceGenerator
from autograder.assignment.torch_models.make_judge import accuracy
from autograder.assignment.training.gan_judge import FOLDER, Crowd, Judge, judge_images, neighbours
from autograder.assignment.training.gan_samples import generate
from autograder.assignment.training.gan_settings import GanGate
from autograder.assignment.training.gan_shapes import generator_form
from autograder.assignment.training.small_digits import grey, small
from autograder.data import EMBEDDED_SHA256, MNIST_SHA256, load


@pytest.fixture(scope="module")
def data():
    return load("embedded", expected={"embedded": EMBEDDED_SHA256})


@pytest.fixture(scope="module")
def judge(data):
    return Judge.of(data.sha256)


def generator(side):
    """A generator whose every weight and running statistic differs from its start."""
    torch.manual_seed(side)
    made = ReferenceGenerator(side)
    for _ in range(5):
        made(torch.randn(64, 32))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return made.eval()


@pytest.mark.parametrize("sha256", [MNIST_SHA256, EMBEDDED_SHA256], ids=["mnist", "embedded"])
def test_every_judge_is_small_and_states_recipe_accuracy_and_data(sha256):
    about = Judge.of(sha256).about
    assert {"recipe", "accuracy", "data", "data_sha256"} == about.keys()
    assert float(about["accuracy"].split()[0]) > 0.95
    path = FOLDER / f"{about['data']}.safetensors"
    assert path.stat().st_size < 100_000


def test_the_accuracy_that_is_stated_is_what_the_judge_reaches(judge, data):
    assert (
        judge.about["accuracy"] == f"{accuracy(judge, data):.4f} of {len(data.test_labels)} held-out digits"
    )


def test_an_unknown_data_set_has_no_judge():
    assert Judge.of(hashlib.sha256(b"other digits").hexdigest()) is None


def test_the_judge_is_the_network_that_torch_would_evaluate(judge, data):
    x = grey(small(data.test_images[:20]))
    layers = [nn.Linear(196, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10)]
    state = {f"{2 * int(n[0])}{n[1:]}": torch.tensor(w) for n, w in judge.weights.items()}
    model = nn.Sequential(*layers).double()
    model.load_state_dict(state)
    with torch.no_grad():
        expected = model(torch.tensor(x)).log_softmax(1)
    np.testing.assert_allclose(judge.log_probabilities(judge.features(x)), expected, rtol=1e-9, atol=1e-12)


def test_small_digits_are_means_over_two_by_two_pixels(data):
    images = torch.tensor(data.train_images[:50]).float()
    expected = torch.nn.functional.avg_pool2d(images.unsqueeze(1), 2).flatten(1)
    assert np.abs(small(data.train_images[:50]) - expected.numpy()).max() <= 0.5


def test_real_digits_have_a_high_class_score_and_one_digit_alone_has_none(judge, data):
    x = grey(small(data.train_images))
    seen = judge_images(judge, x, grey(small(data.test_images)))
    assert seen.class_score > 9
    assert seen.classes == 10
    alone = judge_images(judge, x[data.train_labels == 7], grey(small(data.test_images)))
    assert alone.class_score < 1.3
    assert alone.frechet > 10 * seen.frechet


def test_images_that_are_all_alike_have_the_class_score_one(judge, data):
    x = np.repeat(grey(small(data.train_images[:1])), 200, axis=0)
    seen = judge_images(judge, x, grey(small(data.test_images)))
    assert seen.class_score == pytest.approx(1, abs=1e-9)
    assert seen.classes == 1


def test_pixels_drawn_each_by_itself_pass_for_digits_but_have_no_strokes(judge, data):
    """Bernoulli pixels with the means of real ones: what neither of the two scores sees."""
    x = grey(small(data.train_images))
    noise = (np.random.default_rng(1).uniform(size=(1000, 196)) < x.mean(axis=0)).astype(np.float64)
    seen, real = (judge_images(judge, images, grey(small(data.test_images))) for images in (noise, x))
    gate = GanGate(data="embedded", class_score=2.75, frechet=166)
    assert seen.passes(gate)
    assert real.neighbours > 0.8
    assert abs(seen.neighbours) < 0.01
    assert not seen.passes(gate.model_copy(update={"neighbours": 0.2}))
    assert real.passes(gate.model_copy(update={"neighbours": 0.2}))


def test_neighbours_correlate_as_numpys_corrcoef_says_where_every_pixel_varies_alike():
    rng = np.random.default_rng(3)
    across = np.repeat(rng.standard_normal((400, 14, 7)), 2, axis=2).reshape(
        400, 196
    )  # pairs in a row are equal
    grid = across.reshape(400, 14, 14)
    pairs = [(grid[:, :, k], grid[:, :, k + 1]) for k in range(13)]
    pairs += [(grid[:, k], grid[:, k + 1]) for k in range(13)]
    expected = np.mean([np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in pairs])
    assert neighbours(across) == pytest.approx(expected, abs=0.01)
    assert neighbours(np.repeat(across[:1], 9, axis=0)) == 0


def test_the_frechet_distance_of_two_normal_distributions_is_the_closed_form():
    """Diagonal covariances: |m₁−m₂|² + Σ (s₁−s₂)²; and symmetric, and 0 to itself."""
    a = Crowd(np.array([1.0, 0.0]), np.diag([4.0, 9.0]))
    b = Crowd(np.array([0.0, 2.0]), np.diag([1.0, 25.0]))
    assert a.distance(b) == pytest.approx(1 + 4 + (2 - 1) ** 2 + (3 - 5) ** 2)
    assert a.distance(a) == pytest.approx(0, abs=1e-12)
    rng = np.random.default_rng(0)
    c, d = (Crowd.of(rng.normal(size=(50, 6)) @ rng.normal(size=(6, 6))) for _ in range(2))
    assert c.distance(d) == pytest.approx(d.distance(c))


@pytest.mark.parametrize("side", [14, 28])
def test_the_grader_draws_what_torch_would_draw(side):
    made, z = generator(side), np.random.default_rng(1).standard_normal((30, 32))
    state = {name: tensor.numpy() for name, tensor in made.state_dict().items()}
    assert generator_form(side).items() <= {n: a.shape for n, a in state.items()}.items()
    with torch.no_grad():
        expected = made.double()(torch.tensor(z))
    np.testing.assert_allclose(generate(state, z), expected, rtol=1e-6, atol=1e-9)


def test_the_same_z_gives_the_same_image_and_permuted_z_the_images_permuted():
    state = {name: tensor.numpy() for name, tensor in generator(14).state_dict().items()}
    z = np.random.default_rng(2).standard_normal((40, 32))
    order = np.random.default_rng(3).permutation(40)
    images = generate(state, z)
    np.testing.assert_allclose(generate(state, z[order]), images[order], rtol=1e-12)
    np.testing.assert_allclose(generate(state, z[:1]), images[:1], rtol=1e-12)
    assert np.unique(images.round(6), axis=0).shape == images.shape
