"""Our formulas in the place of functions that have failed, so that one slip costs its own question only.

A file with a failed function gets one more line at its end, which makes ours under the same name: every caller,
inside the file and outside, finds ours, and line numbers stay. A file in which everything has failed is that line
alone, so that a file which cannot be imported harms nobody.

Code in the same process can take what it finds there. So the line brings the text of that one formula and no other,
and a function is asked with ours only for functions that stand before it on the sheet: none can be answered by its
own formula, nor two by each other's.
"""

import ast
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

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

FORMULAS = Path(__file__).parent / "torch_models" / "losses.py"
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
USUAL: Mapping[Named, Collection[Named]] = {
    kl_standard_normal: {kl_normal},
    elbo: {kl_standard_normal, kl_normal},
    VAE: {reparameterize},
    generator_loss_minimax: {discriminator_loss},
}
"""What they call in ordinary solutions."""
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
            changed[path] = kept + "".join(map(_line, stand_ins)).encode()
    return changed, replaced


@cache
def formula(name: str) -> str:
    """The text of one of our formulas with the imports that it needs, and of no other."""
    source = ast.parse(FORMULAS.read_text("utf-8"))
    imports = [node for node in source.body if isinstance(node, ast.Import | ast.ImportFrom)]
    own = [node for node in source.body if isinstance(node, ast.FunctionDef) and node.name == name]
    return "\n".join(map(ast.unparse, (*imports, *own)))


def _line(name: str) -> str:
    """Compiled under a name of its own, so that an error is placed in the student's line that called it."""
    text = ascii(formula(name))
    return f"{name} = (lambda ours: exec(compile({text}, 'ours', 'exec'), ours) or ours[{name!r}])({{}})\n"


class OurFormulas:
    """`autograder.engine.sheet.StandIns` for this sheet."""

    def files(
        self, files: Mapping[str, bytes], failed: Collection[str], asked: str
    ) -> tuple[dict[str, bytes], list[str]]:
        names = [f.name for f in WRITTEN]
        before = WRITTEN[: names.index(asked)] if asked in names else ()
        return with_ours(files, failed, CALLED & {*before})

    def usual(self, asked: str) -> Collection[str]:
        return [f.name for named, called in USUAL.items() if named.name == asked for f in called]
