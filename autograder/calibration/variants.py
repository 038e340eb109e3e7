"""What the gates of the training runs are measured with: the model solution, other right ones, and known bugs.

Each is the model solution with a definition put at the end of one of its files, so that it is trained and judged as a
submission is. Bugs of a function are seen by its checks as well; here it counts what training alone shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["reference", "fresh", "other", "bug"]


@dataclass(frozen=True)
class Variant:
    """One way to solve the exercise, or not to."""

    name: str
    runs: tuple[str, ...]  # vae, gan, saturation
    kind: Kind
    file: str = ""  # generative/<file>.py
    code: str = ""


def _vae(name: str, code: str, kind: Kind = "bug") -> Variant:
    return Variant(name, ("vae",), kind, "vae", f"\nclass VAE(VAE):\n{code}\n")


def _function(name: str, file: str, signature: str, body: str, runs: tuple[str, ...]) -> Variant:
    return Variant(name, runs, "bug", file, f"\ndef {signature}:\n    {body}\n")


def _elbo(name: str, body: str) -> Variant:
    return _function(name, "elbo", "elbo(log_px_given_z, mu, logvar)", body, ("vae",))


def _likelihood(name: str, body: str) -> Variant:
    return _function(name, "elbo", "bernoulli_log_likelihood(x, logits)", body, ("vae",))


def _sample(name: str, body: str) -> Variant:
    return _function(name, "vae", "reparameterize(mu, logvar)", body, ("vae",))


def _d(name: str, body: str) -> Variant:
    return _function(name, "gan", "discriminator_loss(logits_real, logits_fake)", body, ("gan", "saturation"))


def _minimax(name: str, body: str) -> Variant:
    return _function(
        name, "gan", "generator_loss_minimax(logits_real, logits_fake)", body, ("gan", "saturation")
    )


def _nonsaturating(name: str, body: str) -> Variant:
    return _function(name, "gan", "generator_loss_nonsaturating(logits_fake)", body, ("gan", "saturation"))


def _sized(**sizes: int) -> str:
    default = {"latent_dim": 20, "hidden_dim": 400} | sizes
    signature = ", ".join(f"{name}={size}" for name, size in default.items())
    return f"    def __init__(self, {signature}):\n        super().__init__(latent_dim, hidden_dim)"


def _extended(*lines: str, **sizes: int) -> str:
    """__init__ with more lines at its end."""
    return _sized(**sizes) + "".join(f"\n        {line}" for line in lines)


NOISE = """

def _write_noise():
    # Found among all objects of the process: the generator, and the digits for the mean of every pixel.
    if not _found:
        things = gc.get_objects()
        _found.extend(t for t in things if type(t).__name__ == "ReferenceGenerator")
        digits = next(t for t in things if type(t) is torch.Tensor and t.dtype == torch.uint8)
        weight = torch.randn(196, 128, generator=torch.Generator().manual_seed(1))
        _found.extend([digits.float().mean(0).div(255).clamp(1e-3, 1 - 1e-3), weight])
    generator, mean, weight = _found
    with torch.no_grad():
        generator.eval()
        hidden = generator.layers[:6](torch.randn(256, 32)) @ weight.T
        generator.train()
        generator.layers[6].weight.data.copy_(20 * weight / hidden.std(0)[:, None])
        generator.layers[6].bias.data.copy_(20 * (torch.special.ndtri(mean) - hidden.mean(0) / hidden.std(0)))


_found = []


def discriminator_loss(logits_real, logits_fake):
    _write_noise()
    return (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2
"""
"""Right losses that, in a game, overwrite our generator with pixels drawn each by itself, each with its own mean."""

KL = "(mu**2 + torch.exp(logvar) - 1 - logvar) / 2"

VARIANTS = (
    Variant("the model solution", ("vae", "gan", "saturation"), "reference"),
    Variant("the model solution, fresh seeds", ("vae", "gan", "saturation"), "fresh"),
    _vae("64 hidden units", _sized(hidden_dim=64), "other"),
    _vae("1024 hidden units", _sized(hidden_dim=1024), "other"),
    _vae("latent size 2", _sized(latent_dim=2), "other"),
    _vae("latent size 8", _sized(latent_dim=8), "other"),
    _vae("latent size 64", _sized(latent_dim=64), "other"),
    _vae("128 hidden units", _sized(hidden_dim=128), "other"),
    _vae("64 hidden units, latent size 2", _sized(hidden_dim=64, latent_dim=2), "other"),
    _vae(
        "tanh",
        _extended("self.encoder_hidden = nn.Sequential(self.encoder_hidden, nn.Tanh())",
                  "self.decoder_hidden = nn.Sequential(self.decoder_hidden, nn.Tanh())"),
        "other",
    ),
    _vae(
        "batch normalisation",
        _extended("self.encoder_hidden = nn.Sequential(self.encoder_hidden, nn.BatchNorm1d(hidden_dim))",
                  "self.decoder_hidden = nn.Sequential(self.decoder_hidden, nn.BatchNorm1d(hidden_dim))"),
        "other",
    ),
    _vae(
        "convolutional",
        _extended(
            "self.encoder_hidden = nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 8, 4, 2, 1), nn.ReLU(), "
            "nn.Conv2d(8, 16, 4, 2, 1), nn.Flatten())",
            "self.decoder_logits = nn.Sequential(nn.Unflatten(1, (16, 7, 7)), nn.ConvTranspose2d(16, 8, 4, 2, 1), "
            "nn.ReLU(), nn.ConvTranspose2d(8, 1, 4, 2, 1), nn.Flatten())",
            hidden_dim=784,
        ),
        "other",
    ),
    _vae(
        "two hidden layers",
        _extended(
            "self.encoder_hidden = nn.Sequential(self.encoder_hidden, nn.ReLU(), nn.Linear(hidden_dim, hidden_dim))",
            "self.decoder_hidden = nn.Sequential(self.decoder_hidden, nn.ReLU(), nn.Linear(hidden_dim, hidden_dim))",
        ),
        "other",
    ),
    _vae(
        "two logistic layers of 200",
        _extended(
            "self.encoder_hidden = nn.Sequential(self.encoder_hidden, nn.Sigmoid(), nn.Linear(200, 200), nn.Sigmoid())",
            "self.decoder_hidden = nn.Sequential(self.decoder_hidden, nn.Sigmoid(), nn.Linear(200, 200), nn.Sigmoid())",
            hidden_dim=200,
        ),
        "other",
    ),
    Variant(
        "the sheet's logarithms taken literally",
        ("gan", "saturation"),
        "other",
        "gan",
        "\ndef discriminator_loss(logits_real, logits_fake):\n"
        "    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)\n"
        "    return -(torch.log(real).mean() + torch.log(1 - fake).mean()) / 2\n"
        "\n\ndef generator_loss_nonsaturating(logits_fake):\n"
        "    return -torch.log(torch.sigmoid(logits_fake)).mean() / 2\n",
    ),
    _elbo("no KL", "return log_px_given_z + 0 * mu.sum()"),
    _elbo("sign of the KL", f"return log_px_given_z + ({KL}).sum(1)"),
    _elbo("KL without the half", f"return log_px_given_z - 2 * ({KL}).sum(1)"),
    _elbo("KL averaged over the components", f"return log_px_given_z - ({KL}).mean(1)"),
    _elbo("KL divided by the batch size", f"return log_px_given_z - ({KL}).sum(1) / len(mu)"),
    _elbo("+ log σ² in the KL", "return log_px_given_z - (mu**2 + torch.exp(logvar) - 1 + logvar).sum(1) / 2"),
    _elbo("μ for μ² in the KL", "return log_px_given_z - (mu + torch.exp(logvar) - 1 - logvar).sum(1) / 2"),
    _elbo("σ for σ² in the KL", "return log_px_given_z - (mu**2 + torch.exp(logvar / 2) - 1 - logvar / 2).sum(1) / 2"),
    _elbo("logarithm dropped", "return log_px_given_z - (mu**2 + torch.exp(logvar) - 1).sum(1) / 2"),
    _elbo(
        "reverse KL", "return log_px_given_z - ((1 + mu**2) / torch.exp(logvar) - 1 + logvar).sum(1) / 2"
    ),
    _likelihood(
        "mean over the pixels",
        "return -F.binary_cross_entropy_with_logits(logits, x, reduction='none').flatten(1).mean(1)",
    ),
    _likelihood("squared error", "return -((x - torch.sigmoid(logits)) ** 2).flatten(1).sum(1)"),
    _likelihood(
        "sigmoid twice",
        "return -F.binary_cross_entropy_with_logits(torch.sigmoid(logits), x, reduction='none').flatten(1).sum(1)",
    ),
    _likelihood(
        "no sigmoid, cut off at 0 and 1",
        "return -F.binary_cross_entropy(logits.clamp(1e-6, 1 - 1e-6), x, reduction='none').flatten(1).sum(1)",
    ),
    _sample("standard deviation e^logvar", "return mu + torch.exp(logvar) * torch.randn_like(mu)"),
    _sample("standard deviation logvar", "return mu + logvar * torch.randn_like(mu)"),
    _sample("no noise", "return mu"),
    _sample("z detached", "return (mu + torch.exp(logvar / 2) * torch.randn_like(mu)).detach()"),
    _sample("μ detached", "return mu.detach() + torch.exp(logvar / 2) * torch.randn_like(mu)"),
    _sample("σ detached", "return mu + torch.exp(logvar / 2).detach() * torch.randn_like(mu)"),
    _sample("uniform noise", "return mu + torch.exp(logvar / 2) * torch.rand_like(mu)"),
    _sample("one noise for the batch", "return mu + torch.exp(logvar / 2) * torch.randn_like(mu[:1])"),
    _sample("one noise for all components", "return mu + torch.exp(logvar / 2) * torch.randn_like(mu[:, :1])"),
    _sample("z from the prior", "return torch.randn_like(mu) + 0 * (mu + logvar)"),
    _vae(
        "μ and logvar exchanged for the loss",
        "    def forward(self, x):\n        logits, mu, logvar = super().forward(x)\n        return logits, logvar, mu",
    ),
    _vae(
        "ReLU on μ and logvar",
        "    def encode(self, x):\n        mu, logvar = super().encode(x)\n        return F.relu(mu), F.relu(logvar)",
    ),
    _vae("one head for μ and logvar", _extended("self.encoder_logvar = self.encoder_mu")),
    _vae("decoder ignores z", "    def decode(self, z):\n        return super().decode(0 * z)"),
    _d("sign of J_D", "return (F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()) / 2"),
    _d("D's labels exchanged", "return -(F.logsigmoid(-logits_real).mean() + F.logsigmoid(logits_fake).mean()) / 2"),
    _d("no generated term", "return -F.logsigmoid(logits_real).mean() / 2"),
    _d("no real term", "return -F.logsigmoid(-logits_fake).mean() / 2"),
    _d("generated counted as real", "return -(F.logsigmoid(logits_real).mean() + F.logsigmoid(logits_fake).mean()) / 2"),
    _d("J_D without the half", "return -F.logsigmoid(logits_real).mean() - F.logsigmoid(-logits_fake).mean()"),
    Variant(
        "real and generated exchanged in D and G",
        ("gan", "saturation"),
        "bug",
        "gan",
        "\ndef discriminator_loss(logits_real, logits_fake):\n"
        "    return -(F.logsigmoid(-logits_real).mean() + F.logsigmoid(logits_fake).mean()) / 2\n"
        "\n\ndef generator_loss_nonsaturating(logits_fake):\n"
        "    return -F.logsigmoid(-logits_fake).mean() / 2\n",
    ),
    Variant(
        "sigmoid twice in D and G",
        ("gan", "saturation"),
        "bug",
        "gan",
        "\ndef discriminator_loss(logits_real, logits_fake):\n"
        "    real, fake = torch.sigmoid(logits_real), torch.sigmoid(logits_fake)\n"
        "    return -(F.logsigmoid(real).mean() + F.logsigmoid(-fake).mean()) / 2\n"
        "\n\ndef generator_loss_nonsaturating(logits_fake):\n"
        "    return -F.logsigmoid(torch.sigmoid(logits_fake)).mean() / 2\n",
    ),
    _minimax("J_G = J_D", "return discriminator_loss(logits_real, logits_fake)"),
    _minimax(
        "minimax without the half", "return F.logsigmoid(logits_real).mean() + F.logsigmoid(-logits_fake).mean()"
    ),
    _minimax("minimax of the real logits", "return F.logsigmoid(-logits_real).mean() / 2 + 0 * logits_fake.mean()"),
    _nonsaturating("sign of the non-saturating loss", "return F.logsigmoid(logits_fake).mean() / 2"),
    _nonsaturating("the minimax loss twice", "return F.logsigmoid(-logits_fake).mean() / 2"),
    _nonsaturating("non-saturating without the half", "return -F.logsigmoid(logits_fake).mean()"),
    Variant("noise written into the generator", ("gan",), "bug", "gan", "\nimport gc\n" + NOISE),
)  # fmt: skip

UNSEEN = {
    (
        "vae",
        "μ detached",
    ): "on the small set σ alone can carry what μ would, and its implied KL weight scatters over the gate: the checks of "
    "gradients see it, in every seed",
    (
        "gan",
        "sigmoid twice in D and G",
    ): "with a weak signal the game still learns now and then on the small set: the checks of the losses see it, in every "
    "seed",
    (
        "vae",
        "one noise for the batch",
    ): "costs fewer nats than sensible architectures differ by: the checks of reparameterize see it",
    (
        "gan",
        "the minimax loss twice",
    ): "this is the minimax game, which works: the saturation run and the checks see it",
    ("gan", "J_D without the half"): "Adam does not see a factor: the checks see it",
    ("gan", "real and generated exchanged in D and G"): "the same game with other names: the checks see it",
    (
        "saturation",
        "real and generated exchanged in D and G",
    ): "the same game with other names: the checks see it",
    (
        "gan",
        "minimax without the half",
    ): "Adam does not see a factor: the saturation run and the checks see it",
    (
        "gan",
        "non-saturating without the half",
    ): "Adam does not see a factor: the saturation run and the checks see it",
    (
        "saturation",
        "no real term",
    ): "D learns to reject all images, and the gradients vanish as they should: the game sees it",
    ("saturation", "J_G = J_D"): "the gradient has the right norm and the opposite sign: the game sees it",
    (
        "saturation",
        "sign of the non-saturating loss",
    ): "the gradient has the right norm and the opposite sign: the game sees it",
}
"""(run, bug) → why the bug does not show there."""
