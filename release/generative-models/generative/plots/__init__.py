"""Given: the pictures of the notebook. Each function takes numbers or your functions and shows one figure."""

from generative.plots.bound import closing_gap, elbo_curve, fitted_normals, pixel_terms
from generative.plots.divergence import kl_curve, kl_directions, kl_maps
from generative.plots.gan import loss_terms, saturation, toy_game
from generative.plots.images import candidates, digits, grid
from generative.plots.vae import collapse, curves, draws, latent_plane, worked

__all__ = [
    "candidates",
    "closing_gap",
    "collapse",
    "curves",
    "digits",
    "draws",
    "elbo_curve",
    "fitted_normals",
    "grid",
    "kl_curve",
    "kl_directions",
    "kl_maps",
    "latent_plane",
    "loss_terms",
    "pixel_terms",
    "saturation",
    "toy_game",
    "worked",
]
