"""The program of the GAN runs' sandboxes: our players, their optimiser and batches, the student's losses.

Nothing here decides a mark of a game: it returns the generator's weights, from which the grader draws its own images.
"""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from autograder.assignment.torch_models.gan import ReferenceDiscriminator, ReferenceGenerator
from autograder.assignment.torch_models.gan_loop import GameBudget, GeneratorLoss, Loss, play, run_ahead
from autograder.assignment.torch_models.unusable import NotFinite, Unusable
from autograder.sandbox.inside import calls, cuda
from autograder.sandbox.inside.invoke import fresh_state
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received
from autograder.sandbox.limits import Limits


def play_game(request: Received, emit: Emit) -> Answer:
    """A game on the shared uint8 array `images` (N, side²); params are those of `GameBudget`, `side` and `game`.

    Events: {"step", "loss"}. Values: {"loss_d", "loss_g"} of every step after a whole game, or how it ended early: see
    `_told`. Tensors: `state.<name>` of the generator.
    """
    params = dict(request.params)
    game, side = params.pop("game"), params.pop("side")

    def run(
        budget: GameBudget, generator: ReferenceGenerator, discriminator: ReferenceDiscriminator
    ) -> Answer:
        loss_d, loss_g = play(
            generator,
            discriminator,
            _discriminator_loss(request),
            _generator_losses(request)[game],
            request.shared["images"],
            budget,
            lambda step, loss: emit({"step": step, "loss": loss}),
        )
        state = {f"state.{name}": tensor for name, tensor in generator.state_dict().items()}
        return {"loss_d": loss_d, "loss_g": loss_g}, state

    return _told(params, request.limits, side, run)


def saturate(request: Received, emit: Emit) -> Answer:
    """D learns alone; params are those of `GameBudget` and `moments`, the steps after which D's weights are kept.

    Tensors: `generator.<name>` and, for each moment, `discriminator.<place>.<name>`. Values: how it ended early, see
    `_told`.
    """
    params = dict(request.params)
    moments = params.pop("moments")

    def run(
        budget: GameBudget, generator: ReferenceGenerator, discriminator: ReferenceDiscriminator
    ) -> Answer:
        states = run_ahead(
            generator,
            discriminator,
            _discriminator_loss(request),
            request.shared["images"],
            moments,
            budget,
            lambda step, loss: emit({"step": step, "loss": loss}),
        )
        tensors = {f"generator.{name}": tensor for name, tensor in generator.state_dict().items()}
        for place, state in enumerate(states):
            tensors |= {f"discriminator.{place}.{name}": tensor for name, tensor in state.items()}
        return {}, tensors

    return _told(params, request.limits, 14, run)


def _told(
    params: Mapping[str, Any],
    limits: Limits,
    side: int,
    run: Callable[[GameBudget, ReferenceGenerator, ReferenceDiscriminator], Answer],
) -> Answer:
    """The answer of `run`, or {"unusable": sentence}, {"not_finite": step, "loss": text}, {"no_device": name}."""
    budget = GameBudget(**params)
    if budget.device != "cpu" and not cuda.prepare(budget.seed, limits):
        return {"no_device": budget.device}, {}
    fresh_state(budget.seed)
    try:
        return run(budget, ReferenceGenerator(side), ReferenceDiscriminator(side))
    except Unusable as error:
        return {"unusable": str(error)}, {}
    except NotFinite as error:
        return {"not_finite": error.step, "loss": str(error.value)}, {}


def _discriminator_loss(request: Received) -> Loss:
    file, _ = request.submission.module("generative.gan")
    loss: Loss = file.discriminator_loss
    return loss


def _generator_losses(request: Received) -> dict[str, GeneratorLoss]:
    """The student's losses by the name of their game."""
    file, _ = request.submission.module("generative.gan")

    def minimax(discriminator: nn.Module, x: Tensor, fake: Tensor) -> Tensor:
        loss: Tensor = file.generator_loss_minimax(discriminator(x), discriminator(fake))
        return loss

    def nonsaturating(discriminator: nn.Module, x: Tensor, fake: Tensor) -> Tensor:
        loss: Tensor = file.generator_loss_nonsaturating(discriminator(fake))
        return loss

    return {"minimax": minimax, "nonsaturating": nonsaturating}


HANDLERS: Mapping[str, Handler] = {"play": play_game, "saturate": saturate, **calls.HANDLERS}
