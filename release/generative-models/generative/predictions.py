"""Exercise 9-1 (e): predict, then run. Four numbers about the worked VAE of the notebook (`WorkedVAE`).

Everything that you need stands in the lines of that class and of the cell that makes its data, and nowhere else. Work
each number out with pen and paper before you run anything: none of them depends on training. Replace None by your
number, with three significant digits; it is right within 1 %. All logarithms are natural (nats).
"""

# 1. For some x the encoder's network returns mean = (1, 0) and rho = (0, 0). What is the divergence of q(z|x) from the
#    model's prior, summed over both components of z?
KL_OF_ONE_POINT: float | None = None

# 2. A component of z carries no information about x: its posterior is the prior for every x. Which rho does the
#    encoder's network return for it?
RHO_OF_UNUSED_COMPONENT: float | None = None

# 3. The decoder's network hits a point exactly: it returns x itself. What is log p(x|z)?
LOG_LIKELIHOOD_OF_A_HIT: float | None = None

# 4. The model collapses: q(z|x) is the prior for every x, and the decoder's network returns the same point for every z,
#    the best one for the notebook's `points`. What does `loss(points)` return?
LOSS_AFTER_COLLAPSE: float | None = None
