"""Our formulas in the place of functions that have failed, so that one slip costs its own question only.

A file with a failed function gets one more line at its end, which imports ours under the same name: every caller,
inside the file and outside, finds ours, and line numbers stay. A file in which everything has failed is that line
alone, so that a file which cannot be imported harms nobody.
"""

from collections.abc import Collection, Mapping

from autograder.assignment.api import (
    VAE,
    bernoulli_log_likelihood,
    discriminator_loss,
    elbo,
    elbo_decomposition,
    elbo_definition,
    generator_loss_minimax,
    generator_loss_nonsaturating,
    kl_normal,
    kl_standard_normal,
    reparameterize,
)
from autograder.engine.facts import Named

FORMULAS = "autograder.assignment.torch_models.losses"
WRITTEN = (
    kl_normal,
    kl_standard_normal,
    elbo_definition,
    elbo_decomposition,
    bernoulli_log_likelihood,
    elbo,
    reparameterize,
    VAE,
    discriminator_loss,
    generator_loss_minimax,
    generator_loss_nonsaturating,
)
"""What students write, in the order of the files."""
CALLED = {kl_normal, kl_standard_normal, bernoulli_log_likelihood, elbo, reparameterize, discriminator_loss}
"""What others of them may call."""
OURS = CALLED | {generator_loss_minimax, generator_loss_nonsaturating}
"""What `FORMULAS` holds: all that a training run may call."""


def with_ours(
    files: Mapping[str, bytes], failed: Collection[str], ours: Collection[Named] = OURS
) -> tuple[dict[str, bytes], list[str]]:
    """The files with our formulas for those of `failed` that are in `ours`, and the names of those replaced."""
    replaced = [f.name for f in WRITTEN if f in ours and f.name in failed]
    changed = dict(files)
    for module in dict.fromkeys(f.module for f in WRITTEN):
        own = [f.name for f in WRITTEN if f.module == module]
        stand_ins = [name for name in own if name in replaced]
        if stand_ins:
            path = module.replace(".", "/") + ".py"
            kept = b"" if set(own) <= set(failed) else files.get(path, b"") + b"\n"
            changed[path] = kept + f"from {FORMULAS} import {', '.join(stand_ins)}\n".encode()
    return changed, replaced


class OurFormulas:
    """`autograder.engine.sheet.StandIns` for this sheet."""

    program = "autograder.assignment.torch_models.calls_program"

    def files(
        self, files: Mapping[str, bytes], failed: Collection[str]
    ) -> tuple[dict[str, bytes], list[str]]:
        return with_ours(files, failed, CALLED)
