"""The facts of the class VAE against classes that no bank would hold."""

import numpy as np
import pytest
import torch
from torch import nn

from tests.assignment.bank import broken, count_calls, model_solution
from tests.assignment.vae.known import FACTS


class Tiny(nn.Module):
    """A right VAE in five lines, for others to spoil."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.latent_dim = latent_dim
        self.encoder, self.decoder = nn.Linear(784, 2 * latent_dim), nn.Linear(latent_dim, 784)

    def encode(self, x):
        return self.encoder(x.flatten(1)).chunk(2, dim=1)

    def decode(self, z):
        return self.decoder(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + (logvar / 2).exp() * mu.new_empty(mu.shape).normal_()), mu, logvar

    def sample(self, n):
        return self.decode(self.decoder.weight.new_empty(n, self.latent_dim).normal_()).sigmoid()


def found_broken(made):
    return broken(FACTS, {"VAE": made}, seed=0)


@pytest.mark.parametrize("result", [None, "text", 3.0], ids=["None", "str", "float"])
@pytest.mark.parametrize("method", ["encode", "decode", "forward", "sample"])
def test_a_method_that_returns_anything_else_fails_without_an_error_of_ours(method, result):
    class Odd(Tiny):
        pass

    setattr(Odd, method, lambda self, argument: result)
    assert any(f"VAE.{method} " in text for text in found_broken(Odd).values())


def test_tensors_of_odd_shapes_fail_without_an_error_of_ours():
    class Scalars(Tiny):
        def encode(self, x):
            return x.mean(), x[:0]

        def decode(self, z):
            return z.new_zeros(0, 784)

        def forward(self, x):
            return x.mean(), x[0, :0], x.mean()

        def sample(self, n):
            return next(self.parameters()).new_zeros(())

    messages = found_broken(Scalars)
    assert {fact.kind for fact in FACTS if fact.id in messages} >= {"value", "shape"}


class SumOfMoments(Tiny):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return logits, mu.sum(1), logvar.sum(1)


class OneMoment(Tiny):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return logits, mu.sum(), logvar.sum()


class OnePixelOfTheBatch(Tiny):
    def decode(self, z):
        return (self.decoder(z) - self.decoder(z).mean(0))[:, 0]


class SixtyFourAtMost(Tiny):
    """And another noise than was asked for, so that more rows are looked at."""

    def decode(self, z):
        return self.decoder(z[:64])

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + 2 * (logvar / 2).exp() * torch.randn_like(mu)), mu, logvar


class ShorterBesideOthers(Tiny):
    """Equal images get different results, and fewer of them for some sizes of a batch."""

    def encode(self, x):
        mu, logvar = super().encode(x)
        return (mu + torch.arange(len(x))[:, None])[: len(x) if len(x) > 20 else -1], logvar


@pytest.mark.parametrize(
    "odd", [SumOfMoments, OneMoment, OnePixelOfTheBatch, SixtyFourAtMost, ShorterBesideOthers]
)
def test_results_that_lose_an_axis_or_rows_fail_without_an_error_of_ours(odd):
    assert found_broken(odd)


def test_a_decoder_may_put_a_digit_amid_constant_edges():
    class Edged(Tiny):
        def decode(self, z):
            digit = self.decoder(z)[:, :400].reshape(-1, 20, 20)
            return nn.functional.pad(digit, (4, 4, 4, 4), value=-5.0).flatten(1)

    assert found_broken(Edged) == {}


def test_forward_takes_a_large_batch_whole():
    class Cut(Tiny):
        def forward(self, x):
            return super().forward(x[:128])

    assert found_broken(Cut) == {
        "VAE.any_device": "forward gives shapes [[128, 784], [128, 20], [128, 20]] in a batch of 130"
    }


def test_what_a_call_changes_for_all_that_follows_is_seen():
    class Seeding(Tiny):
        def decode(self, z):
            torch.manual_seed(0)
            return super().decode(z)

    class Switching(Tiny):
        def forward(self, x):
            self.train()
            return super().forward(x)

    class Freezing(Tiny):
        def sample(self, n):
            self.requires_grad_(False)
            return super().sample(n)

    for odd, fact, message in (
        (
            Seeding,
            "forward_samples",
            "forward seeds the generator: whatever is drawn later is always the same",
        ),
        (Switching, "forward_samples", "forward switches the model from eval to train mode"),
        (
            Freezing,
            "sample_leaves_no_trace",
            "sample freezes the parameters: nothing is trained after it",
        ),
    ):
        assert found_broken(odd)[f"VAE.{fact}"] == message


def test_a_module_without_parameters_is_told_that_nothing_can_be_trained():
    class Constant(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            for parameter in self.parameters():
                parameter.requires_grad_(False)

    assert "no parameter gets a gradient from the result of encode" in "".join(
        found_broken(Constant).values()
    )


def test_a_start_that_no_seed_sets_is_nobodys_fault():
    class Unseeded(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            rng = np.random.default_rng()
            for parameter in self.parameters():
                parameter.data += torch.as_tensor(rng.normal(0, 0.05, parameter.shape), dtype=torch.float32)

    assert "VAE.latents_follow_the_encoder" not in found_broken(Unseeded)


class FromNumpy(Tiny):
    """Its noise is none that torch.randn draws, so that only statistics can judge it."""

    @staticmethod
    def z(mu, logvar, epsilon):
        return mu + (logvar / 2).exp() * epsilon

    def forward(self, x):
        mu, logvar = self.encode(x)
        epsilon = mu.new_tensor(np.random.standard_normal(mu.shape))
        return self.decode(self.z(mu, logvar, epsilon)), mu, logvar

    def sample(self, n):
        z = np.random.standard_normal((n, self.latent_dim))
        return self.decode(self.decoder.weight.new_tensor(z)).sigmoid()


def test_noise_of_another_generator_is_as_good():
    assert found_broken(FromNumpy) == {}


@pytest.mark.parametrize(
    ("z", "reason"),
    [
        (lambda mu, logvar, e: mu + logvar * e, ": logvar is taken for σ"),
        (lambda mu, logvar, e: mu + logvar.exp() * e, ": e^logvar is taken for σ"),
        (lambda mu, logvar, e: mu + e, ": the noise is not multiplied by σ"),
        (lambda mu, logvar, e: mu + (logvar / 2).exp() * e[:, :1], ": all components of z share one ε"),
        (lambda mu, logvar, e: mu + (logvar / 2).exp() * e[:1], "every image needs noise of its own"),
        (lambda mu, logvar, e: mu + (logvar / 2).exp() * e / 2, ": the noise is scaled by about 0.5"),
        (lambda mu, logvar, e: mu + (logvar / 2).exp() * e.sign(), "standard errors"),
    ],
    ids=["logvar", "variance", "no sigma", "one for all", "one for the batch", "half", "signs"],
)
def test_a_wrong_z_is_seen_and_named_whatever_draws_the_noise(z, reason):
    class Wrong(FromNumpy):
        pass

    Wrong.z = staticmethod(z)
    found = found_broken(Wrong)
    assert reason in found.pop("VAE.latents_follow_the_encoder")
    assert not found


def test_a_detached_sigma_is_seen_whatever_draws_the_noise():
    class Detached(FromNumpy):
        @staticmethod
        def z(mu, logvar, epsilon):
            return mu + (logvar.detach() / 2).exp() * epsilon + 0 * logvar

    assert "a part of it is detached" in found_broken(Detached)["VAE.logits_train_encoder_and_decoder"]


class Added(FromNumpy):
    """Its logits know the image beside z."""

    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return logits + x.flatten(1) ** 2, mu, logvar


def test_an_image_beside_z_is_seen_whatever_draws_the_noise():
    text = found_broken(Added)["VAE.forward_samples"]
    assert text == "forward's logits depend on x beside mu and logvar: only z is decoded"


def test_an_image_is_seen_amid_large_logits():
    class Large(Tiny):
        def forward(self, x):
            logits, mu, logvar = super().forward(x)
            return logits + x.flatten(1), mu, logvar

        def decode(self, z):
            return 100 * super().decode(z)

    assert "forward adds x to its logits" in found_broken(Large)["VAE.forward_samples"]


def test_an_unknown_slip_is_not_named_after_what_it_is_like_here():
    class Floored(Tiny):
        def forward(self, x):
            mu, logvar = self.encode(x)
            sigma = (logvar.exp() + 0.05).sqrt()
            return self.decode(mu + sigma * torch.randn_like(mu)), mu, logvar

    text = found_broken(Floored)["VAE.latents_follow_the_encoder"]
    assert text.endswith(("standard errors", "though ε is what torch.randn draws"))


def test_a_parameter_that_is_detached_once_is_seen_at_every_draw():
    class Tied(Tiny):
        def decode(self, z):
            of_encoder = self.encoder.weight[: self.latent_dim].detach().t()
            return super().decode(z) + nn.functional.linear(z, of_encoder)

    for seed in range(6):
        assert set(broken(FACTS, {"VAE": Tied}, seed)) == {"VAE.logits_train_encoder_and_decoder"}


def test_a_slip_of_a_hundredth_part_is_seen_in_the_gradient():
    class Partly(Tiny):
        def forward(self, x):
            mu, logvar = self.encode(x)
            sigma = (logvar / 2).exp()
            sigma = 0.99 * sigma + 0.01 * sigma.detach()
            return self.decode(mu + sigma * torch.randn_like(mu)), mu, logvar

    assert set(found_broken(Partly)) == {"VAE.logits_train_encoder_and_decoder"}


def test_noise_that_no_seed_repeats_an_image_detached_and_a_large_scale_are_right():
    class Unusual(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            self.white = nn.Parameter(torch.tensor(255.0))
            self.generator = np.random.default_rng()

        def encode(self, x):
            return super().encode(x.detach() * 255 / self.white)

        def forward(self, x):
            mu, logvar = self.encode(x)
            noise = mu.new_tensor(self.generator.standard_normal(mu.shape))
            return self.decode(mu + (logvar / 2).exp() * noise), mu, logvar

    assert found_broken(Unusual) == {}


class Fabricated(torch.autograd.Function):
    """Its result does not depend on the second argument, which gets a gradient nonetheless."""

    @staticmethod
    def forward(context, value, other):
        return value.clone()

    @staticmethod
    def backward(context, gradient):
        return gradient, gradient.mean(0)


def test_a_gradient_that_is_no_derivative_is_seen_at_any_parameter():
    class Invented(Tiny):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            self.aside = nn.Parameter(torch.zeros(784))

        def decode(self, z):
            return Fabricated.apply(super().decode(z), self.aside)

    text = found_broken(Invented)["VAE.logits_train_encoder_and_decoder"]
    assert text.startswith("the gradient of forward at the parameters of decode is not its derivative")


def test_a_mode_that_is_not_given_back_shows_in_what_layers_do():
    class Denied(Tiny):
        trains = True

        def encode(self, x):
            return super().encode(nn.functional.dropout(x, 0.2, self.trains))

        def train(self, mode=True):
            self.trains = mode
            return self

        def sample(self, n):
            self.trains = False
            return super().sample(n)

    text = found_broken(Denied)["VAE.sample_leaves_no_trace"]
    assert text == "sample leaves the model in eval mode: switch back with train(before)"


def test_an_encoder_that_sees_a_part_of_the_image_is_told_so():
    class Half(Tiny):
        def encode(self, x):
            x = x.flatten(1)
            return super().encode(torch.cat([x[:, :392], 0 * x[:, 392:]], dim=1))

    text = found_broken(Half)["VAE.encoder_gives_mean_and_log_variance"]
    assert text == "encode does not look at 8 of the 16 tiles of 7 × 7 pixels that make an image"


def test_a_relu_that_leaves_some_components_at_0_is_told_as_a_relu():
    class Activated(Tiny):
        def encode(self, x):
            mu, logvar = super().encode(x)
            return (mu - 1e4 * (torch.arange(mu.shape[1]) < 6)).relu(), logvar

    text = found_broken(Activated)["VAE.encoder_gives_mean_and_log_variance"]
    assert text.startswith("mu is never negative")


def test_an_encoder_that_leaves_out_rows_is_told_so():
    class EverySecondRow(Tiny):
        def encode(self, x):
            x = x.reshape(-1, 28, 28).clone()
            x[:, 1::2] = 0
            return super().encode(x)

    text = found_broken(EverySecondRow)["VAE.encoder_gives_mean_and_log_variance"]
    assert text.startswith("encode does not look at 2 of the 4 pixels of every square of 2 × 2")


def test_an_encoder_that_looks_at_means_of_pixels_sees_all_of_them():
    class Coarse(Tiny):
        def encode(self, x):
            means = nn.functional.avg_pool2d(x.reshape(-1, 1, 28, 28), 2)
            return super().encode(nn.functional.interpolate(means, scale_factor=2))

    assert found_broken(Coarse) == {}


def test_numbers_that_are_not_finite_fail_without_an_error_of_ours():
    class Nan(Tiny):
        def decode(self, z):
            return super().decode(z) / 0

    assert "the result of decode is not finite" in found_broken(Nan)["VAE.decoder_gives_logits"]


class NanInTraining(Tiny):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return (logits.log() if self.training else logits), mu, logvar


class NanInALaterCall(Tiny):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        logits, mu, logvar = super().forward(x)
        return logits if self.calls % 2 else logits * torch.nan, mu, logvar


class NanInTheGradient(Tiny):
    """A gradient of the wrong sign, where a comparison with nan would let it pass."""

    def decode(self, z):
        if z.requires_grad:
            z.register_hook(lambda gradient: gradient * torch.nan)
        return super().decode(z)

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = mu + (logvar / 2).exp() * torch.randn_like(mu)
        return super().decode(2 * z.detach() - z), mu, logvar


@pytest.mark.parametrize(
    ("odd", "fact", "says"),
    [
        (NanInTraining, "forward_samples", "the first result of forward is not finite"),
        (NanInALaterCall, "forward_samples", "the first result of forward is not finite"),
        (
            NanInALaterCall,
            "logits_train_encoder_and_decoder",
            "a gradient that is not finite at encoder.weight",
        ),
        (NanInTheGradient, "logits_train_encoder_and_decoder", "the gradient of decode at z is not finite"),
    ],
)
def test_what_is_not_a_number_agrees_with_nothing(odd, fact, says):
    assert says in found_broken(odd)[f"VAE.{fact}"]


class EncodingsByShape(Tiny):
    """In eval mode, what was computed for one image is handed out for the next one of its shape."""

    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__(latent_dim)
        self.known = {}

    def encode(self, x):
        if self.training:
            return super().encode(x)
        if x.shape not in self.known:
            self.known[x.shape] = [moment.detach() for moment in super().encode(x)]
        return self.known[x.shape]


class LogvarTripled(Tiny):
    def forward(self, x):
        logits, mu, logvar = super().forward(x)
        return logits, mu, 3 * logvar


class LogvarFarBelow(Tiny):
    def encode(self, x):
        mu, logvar = super().encode(x)
        return mu, torch.full_like(logvar, -100)


@pytest.mark.parametrize(
    ("odd", "fact", "says"),
    [
        (EncodingsByShape, "rows_are_alone", "encode gives for another image the mu of an earlier call"),
        (LogvarTripled, "forward_samples", "logvar of forward is 3 times that of encode"),
        (LogvarFarBelow, "black_and_white_images", "logvar is -100 whatever x is, beyond the graded range"),
    ],
)
def test_a_message_says_what_was_seen_and_not_what_it_looks_like(odd, fact, says):
    assert says in found_broken(odd)[f"VAE.{fact}"]


def test_sigma_beyond_all_bounds_is_not_taken_for_a_root_of_negative_numbers():
    class Shared(Tiny):
        """All models share their encoder, whose weights grow with every one that is made."""

        layer = None

        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim)
            if Shared.layer is None or Shared.layer.out_features != 2 * latent_dim:
                Shared.layer = nn.Linear(784, 2 * latent_dim)
            self.encoder = Shared.layer
            with torch.no_grad():
                self.encoder.weight.mul_(30)

    messages = found_broken(Shared)
    assert messages
    assert not any("z is not" in message for message in messages.values())


def test_all_facts_together_ask_little():
    with model_solution("vae") as functions:
        assert count_calls(FACTS, functions, seed=1) <= 145


def test_images_of_a_kept_z_are_found_in_another_order_too():
    class Shuffled(Tiny):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.register_buffer("kept", torch.randn(100, self.latent_dim))

        def sample(self, n):
            return self.decode(self.kept[torch.randperm(100)[torch.arange(n) % 100]]).sigmoid()

    text = found_broken(Shuffled)["VAE.sample_decodes_the_prior"]
    assert text == "two calls of sample give the same images, or some of them"


def cut(noise):
    return noise.clamp(-2, 2)


def on_a_grid(noise):
    return (2 * noise).round() / 2


def signs(noise):
    return noise.sign()


def mixed_with_the_row_before(noise):
    return (noise + noise.roll(1, 0)) / 2**0.5


@pytest.mark.parametrize("change", [cut, on_a_grid, signs, mixed_with_the_row_before])
def test_z_that_is_not_normal_is_seen_behind_the_decoder(change):
    class OfThePrior(Tiny):
        def sample(self, n):
            return self.decode(change(self.decoder.weight.new_empty(n, self.latent_dim).normal_())).sigmoid()

    class OfThePosterior(Tiny):
        def forward(self, x):
            mu, logvar = self.encode(x)
            return self.decode(mu + (logvar / 2).exp() * change(torch.randn_like(mu))), mu, logvar

    assert "VAE.sample_decodes_the_prior" in found_broken(OfThePrior)
    assert "VAE.latents_follow_the_encoder" in found_broken(OfThePosterior)


def test_a_small_temperature_is_seen_behind_the_decoder():
    class Cooler(Tiny):
        def sample(self, n):
            z = 0.95 * np.random.standard_normal((n, self.latent_dim))
            return self.decode(self.decoder.weight.new_tensor(z)).sigmoid()

    assert (
        "with one latent variable z has the variance " in found_broken(Cooler)["VAE.sample_decodes_the_prior"]
    )


def test_noise_from_elsewhere_is_as_good():
    class Elsewhere(Tiny):
        def forward(self, x):
            mu, logvar = self.encode(x)
            noise = torch.from_numpy(np.random.standard_normal(tuple(mu.shape))).float()
            return self.decode(mu + (logvar / 2).exp() * noise), mu, logvar

        def sample(self, n):
            u = torch.rand(n, self.latent_dim).clamp(1e-7, 1 - 1e-7)
            return self.decode(2**0.5 * torch.erfinv(2 * u - 1)).sigmoid()

    for seed in range(3):
        found = broken(FACTS, {"VAE": Elsewhere}, seed)
        assert not {"VAE.sample_decodes_the_prior", "VAE.latents_follow_the_encoder"} & found.keys()
