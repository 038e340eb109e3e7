"""Exercise 9-1 (e): predict, then run. Four numbers about the worked VAE of the notebook (`WorkedVAE`).

Work each one out with pen and paper before you run anything: they follow from the definition of the model and do
not depend on training. Replace None by your number, with three significant digits; it is right within 1 %.
In the worked VAE z has two components, sigma = softplus(rho) = log(1 + exp(rho)), and
p(x|z) = N(decoder(z), 0.2² I) for points x in the plane. All logarithms are natural (nats).
"""

# 1. For some x the encoder returns mean = (1, 0) and rho = (0, 0). What is KL(q(z|x) ‖ p(z)), summed over both
#    components of z?
KL_OF_ONE_POINT: float | None = None
KL_OF_ONE_POINT = 0.7135  # sigma = log 2: ½ · 1² + 2 · (−log(log 2) + ½ (log 2)² − ½) = 0.5 + 2 · 0.10674

# 2. A component of z carries no information about x: its posterior is the prior. What does the encoder return
#    as rho for it?
RHO_OF_UNUSED_COMPONENT: float | None = None
RHO_OF_UNUSED_COMPONENT = 0.5413  # softplus(rho) = 1 ⇔ rho = log(e − 1)

# 3. The decoder hits a point exactly: decoder(z) = x. What is log p(x|z)?
LOG_LIKELIHOOD_OF_A_HIT: float | None = None
LOG_LIKELIHOOD_OF_A_HIT = 1.381  # −2 (log 0.2 + ½ log 2π): a density, so it may exceed 1 and its log 0

# 4. The model collapses: q(z|x) is the prior for every x, and the decoder returns the same best point for every
#    z. The data have mean (0, 0) and variance 1 in each coordinate. What is the loss −ELBO, averaged over them?
LOSS_AFTER_COLLAPSE: float | None = None
LOSS_AFTER_COLLAPSE = 23.62  # KL = 0; the best point is the mean: (1 + 1) / (2 · 0.2²) − 1.381 = 25 − 1.381
