"""The facts of 9-1 (e): every known bug breaks one, other correct noises and architectures break none."""

import pytest

from autograder.assignment.api import EXERCISE
from autograder.assignment.bugs import bugs_of
from autograder.assignment.bugs import vae as bugs
from autograder.assignment.facts import vae
from autograder.engine.facts import facts_of
from tests.assignment.bank import broken, count_calls
from tests.assignment.vae import equivalents

FACTS = facts_of(vae)
BUGS = bugs_of(bugs)
SOLUTION = {"reparameterize": equivalents.reparameterize_randn_like, "VAE": equivalents.BoundedMoments}


def found_broken(name, made, seed=0):
    """The facts about `name` that do not hold for a function or class of a student, with their messages."""
    return broken([f for f in FACTS if f.about.name == name], {**SOLUTION, name: made}, seed)


def kinds(messages):
    return {f.kind for f in FACTS if f.id in messages}


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_every_known_bug_breaks_a_fact_and_always_the_same_ones(bug):
    patterns = [set(found_broken(bug.about.name, bug.run, seed)) for seed in range(3)]
    assert patterns[0]
    assert all(pattern == patterns[0] for pattern in patterns)


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_no_bug_costs_every_criterion(bug):
    own = {f.kind for f in FACTS if f.about.name == bug.about.name}
    assert kinds(found_broken(bug.about.name, bug.run)) < own


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_speaks_to_the_student_and_names_the_letter_of_the_sheet(bug):
    assert bug.says.endswith(".")
    assert bug.sheet == EXERCISE[bug.about.name]


@pytest.mark.parametrize("function", equivalents.REPARAMETERIZE, ids=lambda f: f.__name__)
def test_the_noise_may_be_drawn_in_any_way(function):
    for seed in range(12 if function is not equivalents.reparameterize_loop else 1):
        assert found_broken("reparameterize", function, seed) == {}


@pytest.mark.parametrize("architecture", equivalents.ARCHITECTURES, ids=lambda c: c.__name__)
def test_the_architecture_is_free(architecture):
    for seed in range(10):
        assert found_broken("VAE", architecture, seed) == {}


@pytest.mark.parametrize(
    ("bug", "fact"),
    [
        (bugs.reparameterize_scaled_uniform_noise, "noise_is_standard_normal"),
        (bugs.reparameterize_noise_shared_by_row, "noise_is_fresh"),
        (bugs.reparameterize_fixed_seed, "noise_is_fresh"),
        (bugs.reparameterize_clamped_logvar, "extreme_variances"),
        (bugs.vae_relu_on_mu, "encoder_gives_mean_and_log_variance"),
        (bugs.vae_tanh_at_the_output, "decoder_gives_logits"),
        (bugs.vae_samples_in_training_only, "forward_samples"),
        (bugs.vae_detached_latents, "logits_train_encoder_and_decoder"),
        (bugs.vae_sample_from_uniform, "sample_decodes_the_prior"),
        (bugs.vae_ignores_latent_dim, "chosen_number_of_latents"),
        (bugs.vae_noise_on_the_cpu, "any_device"),
        (bugs.vae_divides_by_contrast, "black_and_white_images"),
    ],
    ids=lambda part: getattr(part, "name", part),
)
def test_one_slip_breaks_the_one_fact_that_is_about_it(bug, fact):
    assert set(found_broken(bug.about.name, bug.run)) == {f"{bug.about.name}.{fact}"}


@pytest.mark.parametrize(
    ("bug", "message"),
    [
        (
            bugs.reparameterize_uniform_noise,
            "the mean of (z − μ)/σ should be 0 for σ = 0.2, 1 and 2, found [0.",
        ),
        (bugs.reparameterize_noise_shared_by_batch, "two rows of a batch share their noise"),
        (bugs.vae_shared_head, "mu and logvar are the same numbers"),
        (bugs.vae_encodes_sigma, "log σ² is below 0 where σ < 1"),
        (bugs.vae_decodes_probabilities, "Logits come before the sigmoid"),
        (bugs.vae_never_samples, "two calls of forward in eval mode give the same logits: z is not sampled"),
        (bugs.vae_sample_returns_logits, "is the sigmoid missing?"),
        (bugs.vae_detached_latents, "the logits of forward give no gradient to encoder.0.bias"),
        (bugs.vae_flat_images_only, "VAE.encode: RuntimeError"),
        (bugs.vae_drops_a_batch_of_one, "mu of one row alone should have shape (1, 20), got (20,)"),
    ],
    ids=lambda part: getattr(part, "name", ""),
)
def test_messages_say_what_is_wrong(bug, message):
    assert any(message in text for text in found_broken(bug.about.name, bug.run).values())


@pytest.mark.parametrize("result", [None, "text", 3.0], ids=["None", "str", "float"])
@pytest.mark.parametrize("method", ["encode", "decode", "forward", "sample"])
def test_a_method_that_returns_anything_else_fails_without_an_error_of_ours(method, result):
    class Odd(equivalents.BoundedMoments):
        pass

    setattr(Odd, method, lambda self, argument: result)
    messages = found_broken("VAE", Odd)
    assert any(f"VAE.{method} " in text for text in messages.values())


def test_tensors_of_odd_shapes_fail_without_an_error_of_ours():
    class Scalars(equivalents.BoundedMoments):
        def encode(self, x):
            return x.mean(), x[:0]

        def decode(self, z):
            return z.new_zeros(0, 784)

        def forward(self, x):
            return x.mean(), x[0, :0], x.mean()

        def sample(self, n):
            return next(self.parameters()).new_zeros(())

    messages = found_broken("VAE", Scalars)
    assert kinds(messages) >= {"value", "shape"}


def test_a_module_without_parameters_is_told_that_nothing_can_be_trained():
    class Constant(equivalents.BoundedMoments):
        def __init__(self, latent_dim=20, hidden_dim=400):
            super().__init__(latent_dim, hidden_dim)
            for parameter in self.parameters():
                parameter.requires_grad_(False)

    messages = found_broken("VAE", Constant)
    assert "no parameter gets a gradient from the result of encode" in "".join(messages.values())


def test_all_facts_together_ask_little():
    assert count_calls(FACTS, SOLUTION, seed=0) <= 66
