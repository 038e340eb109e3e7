"""Given for exercises 9-1 (a), (b), (c): compares the lines of a derivation with averages over samples.

E_q[f] is what the average of f over draws from q tends to. So every line of a derivation is a number that can be
checked without knowing its formula.
"""

import torch
from torch import Tensor
from torch.distributions import Normal

DRAWS = 1_000_000


def compare_normals(
    q: tuple[float, float], p: tuple[float, float], **yours: float | None
) -> dict[str, bool | None]:
    """The lines of 9-1 (a), and of (b) with p = (0, 1), for two normal distributions.

    Args:
        q, p: mean and standard deviation of each, (mu1, sigma1) and (mu2, sigma2).
        yours: your values of ``squared_distance`` E_q[(x − mu2)²], ``cross_entropy`` −E_q[log p(x)], ``log_q``
            E_q[log q(x)] and ``divergence``; None for a line that you have not reached.

    Returns:
        line → whether your value agrees with the average within five standard errors, None if there is no value.
        The table is printed as well.
    """
    normal_q, normal_p = (Normal(*torch.tensor(pair, dtype=torch.float64)) for pair in (q, p))
    x = normal_q.sample((DRAWS,))
    return _compare(
        {
            "squared_distance": (x - p[0]) ** 2,
            "cross_entropy": -normal_p.log_prob(x),
            "log_q": normal_q.log_prob(x),
            "divergence": normal_q.log_prob(x) - normal_p.log_prob(x),
        },
        yours,
    )


def compare_tables(
    prior: Tensor, likelihood: Tensor, q: Tensor, **yours: float | Tensor | None
) -> dict[str, bool | None]:
    """The lines of 9-1 (c) for a latent z with K values; the tables p(z), p(x|z), q(z) have shape (K,).

    Args:
        yours: your values of ``log_joint`` E_q[log p(z, x)], ``log_q`` E_q[log q(z)], ``bound`` L,
            ``reconstruction`` E_q[log p(x|z)], ``kl_prior`` KL(q ‖ p(z)) and ``kl_posterior`` KL(q ‖ p(z|x)); None for a
            line that you have not reached.

    Returns:
        As for `compare_normals`.
    """
    prior, likelihood, q = (table.double() for table in (prior, likelihood, q))
    posterior = prior * likelihood / (prior @ likelihood)
    z = torch.multinomial(q, DRAWS, replacement=True)
    log_prior, log_likelihood, log_posterior, log_q = (
        table.log()[z] for table in (prior, likelihood, posterior, q)
    )
    return _compare(
        {
            "log_joint": log_likelihood + log_prior,
            "log_q": log_q,
            "bound": log_likelihood + log_prior - log_q,
            "reconstruction": log_likelihood,
            "kl_prior": log_q - log_prior,
            "kl_posterior": log_q - log_posterior,
        },
        yours,
    )


def _compare(samples: dict[str, Tensor], yours: dict[str, float | Tensor | None]) -> dict[str, bool | None]:
    if unknown := yours.keys() - samples.keys():
        raise TypeError(f"no line called {', '.join(sorted(unknown))}; there are {', '.join(samples)}")
    agrees: dict[str, bool | None] = {}
    print(f"{'line':<17} {'yours':>10}   average of {DRAWS:,} draws")
    for line, values in samples.items():
        mean, error = values.mean().item(), values.std().item() / DRAWS**0.5
        given = yours.get(line)
        agrees[line] = None if given is None else abs(float(given) - mean) <= 5 * error + 1e-6
        written = "–" if given is None else f"{float(given):.4f}"
        verdict = {None: "not filled in", True: "agrees", False: "DIFFERS"}[agrees[line]]
        print(f"{line:<17} {written:>10}   {mean:>8.4f} ± {error:.4f}   {verdict}")
    return agrees
