"""Given: the public checks, a few plain anchors per question. `generative/check.py` runs them.

They tell you early whether you are on the right way. A function that passes them can still be wrong elsewhere:
`HIDDEN` says what the grading looks at besides.
"""

import ast
import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

LOSSES = "other logits, batches of different sizes, gradients, extreme logits"
HIDDEN = {
    "9-1a": "values over the whole graded range, broadcasting, gradients, extreme sigma",
    "9-1b": "values over the whole graded range, gradients, extreme logvar",
    "9-1c": "other tables, q(z) = 0, the bound log p(x), both terms, gradients",
    "9-1d": "grey values, each image on its own, several latent components, gradients, extreme logits",
    "9-1e": "the distribution and the gradients of z, both heads of the encoder, gradients of all parameters, "
    "a short training run, your predictions",
    "9-2b": LOSSES,
    "9-2c": LOSSES,
    "9-2d": LOSSES,
}
PREDICTIONS = ("KL_OF_ONE_POINT", "RHO_OF_UNUSED_COMPONENT", "LOG_LIKELIHOOD_OF_A_HIT", "LOSS_AFTER_COLLAPSE")


class Wrong(Exception):
    """A check failed; the text says how, in one sentence."""


class NotWritten(Exception):
    """There is nothing to check yet; the text says what is missing, in one sentence."""


@dataclass(frozen=True)
class Check:
    """One public check: the question that it belongs to, what it looks at, and the code that does."""

    question: str
    title: str
    body: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.question} {self.title}"


CHECKS: list[Check] = []


def public(question: str, title: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def register(body: Callable[[], None]) -> Callable[[], None]:
        CHECKS.append(Check(question, title, body))
        return body

    return register


def _from(file: str, name: str):
    """What a student's file defines. Each check loads its own file, so that an error there fails no other file's."""
    path = Path(__file__).with_name(f"{file}.py")
    if not path.exists():
        raise Wrong(f"generative/{path.name} is missing: take it from the handout again.")
    # A notebook that reloads changed files keeps the last version that was Python; this reads what is saved now.
    ast.parse(path.read_bytes(), path.name)
    module = importlib.import_module(f"generative.{file}")
    if not hasattr(module, name):
        raise Wrong(f"{path.name} does not define {name}: keep the names of the handout.")
    return getattr(module, name)


def _show(value: Tensor) -> str:
    return ", ".join(f"{number:.6g}" for number in value.detach().flatten().tolist())


def _shape(what: str, got: object, shape: tuple[int, ...]) -> None:
    if got is None:
        raise Wrong(f"{what} should be a tensor, yours is None: is a `return` missing?")
    if not isinstance(got, Tensor):
        raise Wrong(f"{what} should be a tensor, yours is of type {type(got).__name__}.")
    if tuple(got.shape) != shape:
        raise Wrong(f"{what} should have shape {shape}, yours has {tuple(got.shape)}.")


def _equal(what: str, got: object, expected: list | float) -> None:
    wanted = torch.tensor(expected)
    _shape(what, got, tuple(wanted.shape))
    if not torch.allclose(got.detach().to(wanted), wanted, rtol=1e-4, atol=1e-5):
        raise Wrong(f"{what} should be {_show(wanted)}, yours is {_show(got)}.")


def _several(what: str, got: object, names: str) -> tuple:
    if not isinstance(got, tuple) or len(got) != len(names.split(", ")):
        size = f"of {len(got)} " if isinstance(got, tuple) else ""
        raise Wrong(f"{what} should return ({names}), yours returned a {type(got).__name__} {size}instead.")
    return got


def _t(*values: float) -> Tensor:
    return torch.tensor(values)


@public("9-1a", "kl_normal: two equal normals")
def _() -> None:
    got = _from("divergence", "kl_normal")(_t(0, -3.0), _t(1, 2.0), _t(0, -3.0), _t(1, 2.0))
    _equal("kl_normal([0, −3], [1, 2], [0, −3], [1, 2])", got, [0.0, 0.0])


@public("9-1a", "kl_normal: means one standard deviation apart")
def _() -> None:
    got = _from("divergence", "kl_normal")(_t(1.0), _t(1.0), _t(0.0), _t(1.0))
    _equal("kl_normal([1], [1], [0], [1])", got, [0.5])


@public("9-1b", "kl_standard_normal: the standard normal itself")
def _() -> None:
    got = _from("divergence", "kl_standard_normal")(torch.zeros(2, 3), torch.zeros(2, 3))
    _equal("kl_standard_normal(zeros(2, 3), zeros(2, 3))", got, [[0.0] * 3] * 2)


@public("9-1b", "kl_standard_normal: mu = 3, logvar = 0")
def _() -> None:
    _equal("kl_standard_normal([3], [0])", _from("divergence", "kl_standard_normal")(_t(3.0), _t(0.0)), [4.5])


@public("9-1c", "elbo_definition: the worked number")
def _() -> None:
    got = _from("elbo", "elbo_definition")(_t(0.2, 0.2).log(), _t(0.5, 0.5).log())
    _equal("elbo_definition(log [0.2, 0.2], log [0.5, 0.5])", got, math.log(0.4))


@public("9-1c", "elbo_definition: shape (2, 5, 3) gives (2, 5)")
def _() -> None:
    table = torch.full((2, 5, 3), -math.log(3))
    got = _from("elbo", "elbo_definition")(table, table)
    _shape("elbo_definition of two tables (2, 5, 3)", got, (2, 5))


@public("9-1c", "elbo_decomposition: q = prior")
def _() -> None:
    got = _from("elbo", "elbo_decomposition")(_t(0.4, 0.4).log(), _t(0.5, 0.5).log(), _t(0.5, 0.5).log())
    reconstruction, kl = _several("elbo_decomposition", got, "reconstruction, kl")
    _equal("reconstruction for log p(x|z) = log [0.4, 0.4]", reconstruction, math.log(0.4))
    _equal("kl for q = prior", kl, 0.0)


@public("9-1d", "bernoulli_log_likelihood: logits 0 on 784 pixels")
def _() -> None:
    got = _from("elbo", "bernoulli_log_likelihood")(torch.ones(2, 784), torch.zeros(2, 784))
    _equal("bernoulli_log_likelihood(ones(2, 784), zeros(2, 784))", got, [-784 * math.log(2)] * 2)


@public("9-1d", "bernoulli_log_likelihood: one extreme, surely wrong")
def _() -> None:
    got = _from("elbo", "bernoulli_log_likelihood")(torch.zeros(1, 1), torch.full((1, 1), 100.0))
    _equal("bernoulli_log_likelihood([[0]], [[100]])", got, [-100.0])


@public("9-1d", "elbo: q = prior leaves the likelihood")
def _() -> None:
    got = _from("elbo", "elbo")(_t(-100.0, -90.0), torch.zeros(2, 20), torch.zeros(2, 20))
    _equal("elbo([−100, −90], zeros(2, 20), zeros(2, 20))", got, [-100.0, -90.0])


@public("9-1e", "reparameterize: shape, and no noise at logvar = -60")
def _() -> None:
    got = _from("vae", "reparameterize")(_t(2.0, -1.0), _t(-60.0, -60.0))
    _equal("reparameterize([2, −1], [−60, −60])", got, [2.0, -1.0])


@public("9-1e", "VAE: shapes of encode, decode, forward")
def _() -> None:
    vae = _from("vae", "VAE")(latent_dim=7, hidden_dim=50)
    for x in (torch.rand(3, 784), torch.rand(3, 1, 28, 28)):
        mu, logvar = _several("encode", vae.encode(x), "mu, logvar")
        logits, *_ = _several("forward", vae(x), "logits, mu, logvar")
        for name, got, columns in [("mu", mu, 7), ("logvar", logvar, 7), ("logits", logits, 784)]:
            _shape(f"{name} for x of shape {tuple(x.shape)} and latent_dim=7", got, (3, columns))
    _shape("decode(z) for z of shape (3, 7)", vae.decode(torch.zeros(3, 7)), (3, 784))


@public("9-1e", "VAE.sample: probabilities")
def _() -> None:
    got = _from("vae", "VAE")().sample(4)
    _shape("sample(4)", got, (4, 784))
    if not (got.min() >= 0 and got.max() <= 1):
        raise Wrong("sample(4) should lie in [0, 1], yours does not: are these still logits?")


@public("9-1e", "predictions: every constant has a number, right or wrong")
def _() -> None:
    missing = [name for name in PREDICTIONS if _from("predictions", name) is None]
    if missing:
        raise NotWritten(f"Without a number in predictions.py: {', '.join(missing)}.")
    for name in PREDICTIONS:
        if not isinstance(got := _from("predictions", name), int | float):
            raise Wrong(
                f"{name} in predictions.py should be a number, yours is of type {type(got).__name__}."
            )


@public("9-2b", "discriminator_loss: D cannot tell")
def _() -> None:
    got = _from("gan", "discriminator_loss")(torch.zeros(4), torch.zeros(4))
    _equal("discriminator_loss(zeros(4), zeros(4))", got, math.log(2))


@public("9-2b", "discriminator_loss: one extreme, D surely wrong")
def _() -> None:
    got = _from("gan", "discriminator_loss")(_t(50.0), _t(50.0))
    _equal("discriminator_loss([50], [50]), that is, ½ · 0 + ½ · 50,", got, 25.0)


@public("9-2c", "generator_loss_minimax: D cannot tell")
def _() -> None:
    got = _from("gan", "generator_loss_minimax")(torch.zeros(4), torch.zeros(4))
    _equal("generator_loss_minimax(zeros(4), zeros(4))", got, -math.log(2))


@public("9-2d", "generator_loss_nonsaturating: D cannot tell")
def _() -> None:
    got = _from("gan", "generator_loss_nonsaturating")(torch.zeros(4))
    _equal("generator_loss_nonsaturating(zeros(4))", got, math.log(2) / 2)
