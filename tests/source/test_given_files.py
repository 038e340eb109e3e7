"""The given files that the notebook works with: data, derivations line by line, fits and games on a line."""

import importlib
import math

import nbformat
import pytest
import torch
from torch.distributions import Normal

from autograder.data.embedded import EMBEDDED
from autograder.data.files import FILES, parse_files, read_files


@pytest.fixture(scope="module")
def derivation(source):
    return importlib.import_module("generative.derivation")


def test_the_embedded_digits_are_those_of_the_grader(source):
    arrays = parse_files(EMBEDDED, read_files(EMBEDDED), "")
    train_images, train_labels, test_images, test_labels = (torch.tensor(arrays[name]) for name in FILES)
    for train, images, labels in [(True, train_images, train_labels), (False, test_images, test_labels)]:
        x, y = source.data.load_mnist(train=train, folder="embedded")
        assert x.dtype == torch.float32
        assert torch.equal(x, images.unsqueeze(1).float() / 255)
        assert torch.equal(y, labels.long())


def test_the_folder_may_come_from_the_environment(source, monkeypatch):
    monkeypatch.setenv("MNIST_DIR", "embedded")
    assert len(source.data.load_mnist(train=False)[0]) == 297


def test_without_a_network_the_embedded_digits_are_offered(source, monkeypatch, tmp_path):
    def offline(*args, **options):
        raise OSError("no route to host")

    monkeypatch.setattr(source.data, "_mnist", lambda: offline)
    with pytest.raises(RuntimeError) as caught:
        source.data.load_mnist(folder=tmp_path)
    assert str(caught.value) == (
        f"MNIST is not in {tmp_path} and could not be downloaded. Set MNIST_DIR to the folder that contains MNIST/raw, "
        'or work with the small set that came with the exercise: load_mnist(folder="embedded").'
    )


def test_the_questions_about_the_worked_vae_tell_nothing_of_its_code(assignment):
    """Its noise, its prior and how σ comes about stand in the class alone; who answers has read it."""
    handed_out = assignment.parents[1] / "release/generative-models"
    text = (handed_out / "generative/predictions.py").read_text(encoding="utf-8")
    book = nbformat.read(handed_out / "generative_models.ipynb", as_version=4)
    (introduction,) = [cell.source for cell in book.cells if cell.id == "9-1e-worked"]
    for told in ("0.2", "softplus", "N(0", "sigma", "log(1"):
        assert told not in text
        assert told not in introduction
    (model,) = [cell.source for cell in book.cells if cell.id == "9-1e-model"]
    assert "NOISE = 0.2" in model
    assert "2 * torch.ones" in model
    assert "softplus" in model


LINES_A = {  # for q = N(1, 2²), p = N(−1, 3²), by the sheet's formula and the moments of the normal distribution
    "squared_distance": 8.0,
    "cross_entropy": math.log(3) + math.log(2 * math.pi) / 2 + 8 / 18,
    "log_q": -math.log(2) - math.log(2 * math.pi) / 2 - 0.5,
    "divergence": math.log(3 / 2) + 8 / 18 - 0.5,
}


def test_right_lines_of_9_1b_agree(derivation):
    """By the sheet's formula with mu2 = 0, sigma2 = 1, in terms of mu and logvar."""
    mu, logvar = 1.0, -1.0
    half = math.log(2 * math.pi) / 2
    lines = {
        "squared_distance": mu**2 + math.exp(logvar),
        "cross_entropy": half + (mu**2 + math.exp(logvar)) / 2,
        "log_q": -half - logvar / 2 - 0.5,
        "divergence": (mu**2 + math.exp(logvar) - logvar - 1) / 2,
    }
    torch.manual_seed(0)
    assert derivation.compare_normals((mu, math.exp(logvar / 2)), (0.0, 1.0), **lines) == dict.fromkeys(
        lines, True
    )


def test_right_lines_of_9_1a_agree(derivation):
    torch.manual_seed(0)
    agrees = derivation.compare_normals((1.0, 2.0), (-1.0, 3.0), **LINES_A)
    assert agrees == dict.fromkeys(LINES_A, True)


@pytest.mark.parametrize("line", LINES_A)
def test_a_wrong_line_differs_alone(derivation, line, capsys):
    torch.manual_seed(0)
    agrees = derivation.compare_normals((1.0, 2.0), (-1.0, 3.0), **{**LINES_A, line: 1.02 * LINES_A[line]})
    assert [name for name, agreed in agrees.items() if not agreed] == [line]
    assert capsys.readouterr().out.count("DIFFERS") == 1


def test_a_line_that_is_not_reached_is_no_mistake(derivation, capsys):
    assert set(derivation.compare_normals((0.0, 1.0), (0.0, 1.0), divergence=None).values()) == {None}
    assert capsys.readouterr().out.count("not filled in") == 4


def test_an_unknown_line_is_answered_with_the_known_ones(derivation):
    with pytest.raises(TypeError, match=r"no line called entropy; there are squared_distance, cross_entropy"):
        derivation.compare_normals((0.0, 1.0), (0.0, 1.0), entropy=1.4)


def test_the_lines_of_9_1c_hang_together_as_the_sheet_says(derivation):
    """Exact rationals: q log-ratios by hand, the last two lines by the identities that the derivation ends at."""
    prior, likelihood, q = (0.5, 0.3, 0.2), (0.1, 0.6, 0.3), (0.2, 0.5, 0.3)
    reconstruction = sum(w * math.log(p) for w, p in zip(q, likelihood, strict=True))
    log_prior = sum(w * math.log(p) for w, p in zip(q, prior, strict=True))
    log_q = sum(w * math.log(w) for w in q)
    bound = reconstruction + log_prior - log_q
    lines = {
        "log_joint": reconstruction + log_prior,
        "log_q": log_q,
        "bound": bound,
        "reconstruction": reconstruction,
        "kl_prior": reconstruction - bound,
        "kl_posterior": math.log(0.29) - bound,  # p(x) = 0.05 + 0.18 + 0.06
    }
    torch.manual_seed(0)
    tables = (torch.tensor(table) for table in (prior, likelihood, q))
    assert derivation.compare_tables(*tables, **lines) == dict.fromkeys(lines, True)


def test_a_normal_fitted_to_a_normal_is_that_normal(source):
    z = torch.linspace(-6, 6, 601)
    target = torch.log_softmax(Normal(1.0, 0.7).log_prob(z), dim=0)
    fit, path = source.training.fit_normal(
        z, lambda log_q: torch.sum(target.exp() * (target - log_q)), start=(0.0, 1.5)
    )
    assert torch.allclose(fit.exp(), target.exp(), atol=1e-4)
    assert path[0] > 0.1
    assert path[-1] < 1e-4


def test_on_a_line_the_discriminator_comes_near_the_best_one(source):
    """The best D for two known densities: p_data / (p_data + p_G), Goodfellow et al. (2014), proposition 1."""
    data, generated = Normal(1.0, 0.6), Normal(-1.0, 0.8)
    line = torch.linspace(-2, 2, 41)  # where both have examples
    torch.manual_seed(0)
    moments = source.training.play_on_a_line(
        lambda n: data.sample((n, 1)), lambda z: 0.8 * z - 1, line, source.gan.discriminator_loss, steps=300
    )
    assert list(moments) == [0, 300]
    best = torch.sigmoid(data.log_prob(line) - generated.log_prob(line))
    first, last = ((belief - best).abs().max() for belief, _ in moments.values())
    assert last < 0.15 < first


def test_on_a_line_the_generator_comes_to_the_data(source):
    torch.manual_seed(0)
    mover = torch.nn.Linear(1, 1)
    moments = source.training.play_on_a_line(
        lambda n: Normal(1.0, 0.6).sample((n, 1)),
        mover,
        torch.linspace(-4, 4, 9),
        source.gan.discriminator_loss,
        source.gan.generator_loss_minimax,
        steps=600,
    )
    assert moments[600][1].mean().item() == pytest.approx(1.0, abs=0.3)


@pytest.mark.parametrize(("limit", "steps"), [(None, 938), ("20", 20), ("5000", 938)])
def test_training_can_be_shortened_for_a_quick_look(source, monkeypatch, limit, steps):
    monkeypatch.delenv("GENERATIVE_MAX_STEPS", raising=False)
    if limit is not None:
        monkeypatch.setenv("GENERATIVE_MAX_STEPS", limit)
    assert source.training.shortened(938) == steps


def test_reconstructions_and_divergences_are_kept_on_the_way(source):
    images = (torch.rand(64, 1, 28, 28) > 0.8).float()
    history = source.training.train_vae(
        source.vae.VAE(latent_dim=3, hidden_dim=16),
        images,
        source.elbo.bernoulli_log_likelihood,
        source.elbo.elbo,
        kl=source.divergence.kl_standard_normal,
        steps=4,
        batch_size=32,
        picture_steps=[2, 4],
    )
    assert {step: tuple(x.shape) for step, x in history.reconstructions.items()} == {2: (8, 784), 4: (8, 784)}
    per_component = torch.stack(history.kl_per_component)
    assert per_component.shape == (4, 3)
    assert per_component.sum(1).tolist() == pytest.approx(history.curves["kl"], rel=1e-4)
