"""The sizes of the players of the GAN runs, by the side of their images: what torch trains, NumPy evaluates."""

NOISE = 32
SLOPE = 0.2  # of LeakyReLU
G_WIDTHS = {14: (128, 128), 28: (128, 256)}
D_WIDTHS = {14: (128, 128), 28: (256, 128)}


def discriminator_form(side: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the weights of a trained discriminator."""
    first, second = D_WIDTHS[side]
    widths = ((0, first, side * side), (2, second, first), (4, 1, second))
    form: dict[str, tuple[int, ...]] = {}
    for linear, width, before in widths:
        form |= {f"layers.{linear}.weight": (width, before), f"layers.{linear}.bias": (width,)}
    return form


def generator_form(side: int) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the weights that NumPy needs of a trained generator."""
    first, second = G_WIDTHS[side]
    form: dict[str, tuple[int, ...]] = {}
    for linear, width, before in ((0, first, NOISE), (3, second, first)):
        form |= {f"layers.{linear}.weight": (width, before), f"layers.{linear}.bias": (width,)}
        for name in ("weight", "bias", "running_mean", "running_var"):
            form[f"layers.{linear + 1}.{name}"] = (width,)
    return form | {"layers.6.weight": (side * side, second), "layers.6.bias": (side * side,)}
