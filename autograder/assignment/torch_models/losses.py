"""The sheet's formulas in torch: they stand in for functions of a submission that have failed their checks.

None calls another: the text of one goes alone to a sandbox, where another would be for the taking.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def kl_normal(mu1: Tensor, sigma1: Tensor, mu2: Tensor, sigma2: Tensor) -> Tensor:
    """log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½, elementwise. Sheet 9-1 (a)."""
    squares = (sigma1 / sigma2) ** 2 + ((mu1 - mu2) / sigma2) ** 2
    return torch.log(sigma2 / sigma1) + squares / 2 - 0.5


def kl_standard_normal(mu: Tensor, logvar: Tensor) -> Tensor:
    """½(μ² + eᵛ − 1 − v), v = log σ², elementwise. Sheet 9-1 (b)."""
    return (mu**2 + torch.expm1(logvar) - logvar) / 2


def bernoulli_log_likelihood(x: Tensor, logits: Tensor) -> Tensor:
    """Σ x log D + (1−x) log(1−D), D = σ(logits), over all axes but the first → (N,). Sheet 9-1 (d)."""
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


def elbo(log_px_given_z: Tensor, mu: Tensor, logvar: Tensor) -> Tensor:
    """log p(x|z) − Σ KL(N(μ, eᵛ) ‖ N(0, 1)) → (N,). Sheet 9-1 (d)."""
    kl = (mu**2 + torch.expm1(logvar) - logvar) / 2
    return log_px_given_z - kl.flatten(1).sum(1)


def reparameterize(mu: Tensor, logvar: Tensor) -> Tensor:
    """μ + e^(v/2)·ε with ε ~ N(0, I). Kingma and Welling, ICLR 2014, section 2.4."""
    return mu + torch.exp(logvar / 2) * torch.randn_like(mu)


def discriminator_loss(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """−½ E[log D(x)] − ½ E[log(1 − D(G(z)))] with D = sigmoid(logits). Sheet 9-2 (b)."""
    return (F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2


def generator_loss_minimax(logits_real: Tensor, logits_fake: Tensor) -> Tensor:
    """−J_D. Sheet 9-2 (c)."""
    return -(F.softplus(-logits_real).mean() + F.softplus(logits_fake).mean()) / 2


def generator_loss_nonsaturating(logits_fake: Tensor) -> Tensor:
    """−½ E[log D(G(z))]. Sheet 9-2 (d)."""
    return F.softplus(-logits_fake).mean() / 2
