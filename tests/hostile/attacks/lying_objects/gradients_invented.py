"""Detaches z, and has the sandbox tell of gradients that the encoder does not get.

Gain: the check of what trains the encoder, where norms are believed, or gradients that nothing was compared with.
Hits: VAE.gradient
Ends: failed: is not its derivative|stays as it is
"""

import sys

import torch

HonestVAE = VAE  # noqa: F821  (the class above)
HANDLERS = sys.modules["autograder.sandbox.inside.calls"].HANDLERS
honest_call = HANDLERS["module.call"]
TOLD = {}


class VAE(HonestVAE):
    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + torch.exp(logvar / 2) * torch.randn_like(mu)
        return self.decode(z.detach()), mu, logvar


def call(request, emit):
    values, tensors = honest_call(request, emit)
    params = request.params
    if "parameter_grads" in values:
        if params["method"] == "encode":
            TOLD.update(values["parameter_grads"])
        norms = {name: norm or TOLD.get(name) for name, norm in values["parameter_grads"].items()}
        values = {**values, "parameter_grads": norms, "grads": dict.fromkeys(values["grads"], "none")}
        sizes = {name: p.numel() for name, p in current().named_parameters()}
        for name, norm in norms.items() if params.get("entries") else ():
            if norm and f"param.{name}" not in tensors:
                tensors[f"param.{name}"] = torch.randn(min(sizes[name], params["entries"]))
    return values, tensors


current = sys.modules["autograder.sandbox.inside.module"].current
HANDLERS["module.call"] = call
