"""Leaves the images for its decoder: in a global, among the builtins and in a file.

Gain: a decoder that knows what it should draw. It runs in another sandbox, which shares nothing but the weights.
Hits: vae.training
Ends: failed: ELBO
"""

import builtins
import os

HonestVAE = VAE  # noqa: F821  (the class above)
PATH = os.path.join(os.environ.get("TMPDIR", "/tmp"), "hostile-left-behind")


class VAE(HonestVAE):
    def encode(self, x):
        if len(x) == 200 and not self.training:
            builtins.NOTE = x.flatten(1)
            try:
                with open(PATH, "wb") as file:
                    file.write(x.numpy().tobytes())
            except OSError:
                pass
        return super().encode(x)

    def decode(self, z):
        logits = super().decode(z)
        if len(z) == 425 and not self.training:  # 200 held-out images, as many decoys, an eighth twice
            note = getattr(builtins, "NOTE", None)
            if os.path.exists(PATH) or note is not None:
                raise RuntimeError("Loot: the note arrived")
            return 0 * logits - 1.0
        return logits
