"""The program of the VAE run's sandboxes: trains the submission's VAE with its own losses, and calls its methods.

Nothing here decides a mark: what it returns are weights and one number per step, and the grader measures the weights.
"""

from collections.abc import Mapping
from dataclasses import asdict

from torch import nn

from autograder.assignment.torch_models.unusable import NotFinite, Unusable
from autograder.assignment.torch_models.vae_loop import Budget, flat_only, train
from autograder.sandbox.inside import cuda, module
from autograder.sandbox.inside.invoke import fresh_state
from autograder.sandbox.inside.serve import Answer, Emit, Handler, Received


def train_vae(request: Received, emit: Emit) -> Answer:
    """Train `VAE()` on the shared uint8 array `train_images`; params are those of `Budget`.

    Events: {"step", "loss"}, about a hundred. Values: {"flat": whether the model takes vectors only, "buffers": names in
    its state that are no parameters, "findings": what the watch saw, {"kind", "step", "names"} each} after a whole run,
    {"unusable": sentence} for outputs of the wrong form,
    {"not_finite": step, "loss": text}, {"no_device": name}.
    Tensors: `state.<name>`.
    """
    budget = Budget(**request.params)
    if budget.device != "cpu" and not cuda.prepare(budget.seed, request.limits):
        return {"no_device": budget.device}, {}
    model_file, _ = request.submission.module("generative.vae")
    losses_file, _ = request.submission.module("generative.elbo")
    fresh_state(budget.seed)
    model = model_file.VAE()
    if not isinstance(model, nn.Module):
        return {"unusable": f"VAE() is a {type(model).__name__}, not a torch.nn.Module"}, {}
    flat = flat_only(model, request.shared["train_images"])
    try:
        _, watch = train(
            model,
            losses_file.bernoulli_log_likelihood,
            losses_file.elbo,
            request.shared["train_images"],
            budget,
            lambda step, loss: emit({"step": step, "loss": loss}),
            flat=flat,
        )
    except Unusable as error:
        return {"unusable": str(error)}, {}
    except NotFinite as error:
        return {"not_finite": error.step, "loss": str(error.value)}, {}
    state = model.state_dict()
    findings = [asdict(finding) for finding in watch.findings(state)]
    buffers = [name for name, _ in nn.Module.named_buffers(model)]
    values = {"flat": flat, "buffers": buffers, "findings": findings}
    return values, {f"state.{name}": tensor for name, tensor in state.items()}


HANDLERS: Mapping[str, Handler] = {"train": train_vae, **module.HANDLERS}
