"""Works for forty steps of the training and raises then.

Gain: no judgement, after most of the budget was spent.
Hits: vae.training
Ends: failed, exception: stopped after [0-9]+ of 60 steps: RuntimeError: not today
"""

HonestVAE = VAE  # noqa: F821  (the class above)


class VAE(HonestVAE):
    steps = 0

    def forward(self, x):
        VAE.steps += len(x) == 64
        if VAE.steps > 40:
            raise RuntimeError("not today")
        return super().forward(x)
