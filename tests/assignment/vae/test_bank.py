"""Known bugs of the class VAE lose marks and are told their mistake; no equivalent loses any."""

import pytest

from autograder.assignment.api import EXERCISE
from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.assignment.vae_signs import SIGNS, vae_hint
from autograder.results.model import Hint
from tests.assignment.vae.known import FACTS, bank, failed

BUGS = {bug.name: bug for bug in known_bugs() if bug.function == "VAE"}
EQUIVALENTS = [entry.name for entry in known_equivalents() if entry.function == "VAE"]


@pytest.fixture(scope="module")
def broken(zygote):
    """What every known bug breaks, with the messages."""
    with bank(zygote, "bugs") as opened:
        return {name: failed(opened, name) for name in BUGS}


@pytest.fixture(scope="module")
def hints(broken):
    return {name: vae_hint(messages) for name, messages in broken.items()}


def test_every_known_bug_breaks_a_fact(broken):
    assert [name for name, messages in broken.items() if not messages] == []


def test_a_bug_speaks_to_the_student_and_names_the_letter_of_the_sheet():
    for bug in BUGS.values():
        assert bug.says.endswith(".")
        assert bug.sheet == EXERCISE["VAE"]


def test_nine_bugs_of_ten_are_told_their_own_mistake_and_none_another_one(hints):
    told = {name: hint.text for name, hint in hints.items() if hint is not None}
    own = {name: f"{BUGS[name].says} See sheet 9-1 (e)." for name in told}
    assert told == own
    assert len(told) >= 0.9 * len(BUGS)


@pytest.mark.parametrize("name", EQUIVALENTS)
def test_an_equivalent_loses_nothing(zygote, name):
    with bank(zygote, "equivalents") as opened:
        assert failed(opened, name) == {}


def test_a_sign_names_bugs_of_the_bank_and_facts_that_exist():
    names = {fact.name for fact in FACTS}
    for sign in (sign for tier in SIGNS for sign in tier):
        assert sign.bug in BUGS
        assert {sign.fact, *filter(None, (sign.also, *sign.unless))} <= names


def test_a_mistake_of_one_bug_is_named_after_it():
    assert vae_hint({"VAE.decoder_gives_logits": "decode does not use component 3 of z"}) == Hint(
        bug="vae_decoder_ignores_half_of_z",
        text="Your decode does not use all components of z. See sheet 9-1 (e).",
    )


def test_what_several_bugs_share_names_none_of_them():
    hint = vae_hint({"VAE.encoder_gives_mean_and_log_variance": "mu is never negative (from 0 to 1): …"})
    assert hint.bug == "relation/vae_relu_on_mu"
    assert hint.text.startswith("Your mu is never negative")


def test_two_mistakes_at_once_are_not_guessed_at():
    messages = {
        "VAE.encoder_gives_mean_and_log_variance": "mu is never negative (from 0 to 1): …",
        "VAE.decoder_gives_logits": "decode does not use component 3 of z",
    }
    assert vae_hint(messages) is None


def test_nothing_known_is_no_hint():
    assert vae_hint({}) is None
    assert vae_hint({"VAE.default_shapes": "VAE.encode: NameError: name 'foo' is not defined"}) is None


@pytest.mark.parametrize(
    ("bug", "fact"),
    [
        ("vae_tanh_on_mu", "latents_follow_the_encoder"),
        ("vae_relu_on_mu", "encoder_gives_mean_and_log_variance"),
        ("vae_logits_cut_off", "decoder_gives_logits"),
        ("vae_samples_in_evaluation_only", "forward_samples"),
        ("vae_uniform_noise", "latents_follow_the_encoder"),
        ("vae_detached_latents", "logits_train_encoder_and_decoder"),
        ("vae_detached_logvar_of_one_layer", "logits_train_encoder_and_decoder"),
        ("vae_sample_from_uniform", "sample_decodes_the_prior"),
        ("vae_ignores_latent_dim", "chosen_number_of_latents"),
        ("vae_squeezes_a_single_component", "chosen_number_of_latents"),
        ("vae_sample_returns_logits_in_train_mode", "sample_leaves_no_trace"),
        ("vae_dropout_overwrites_the_image", "forward_samples"),
        ("vae_tied_weight_detached", "logits_train_encoder_and_decoder"),
        ("vae_flat_images_only", "flat_or_image"),
        ("vae_noise_on_the_cpu", "any_device"),
        ("vae_sample_on_the_cpu", "any_device"),
        ("vae_sample_on_a_kept_device", "any_device"),
        ("vae_sample_from_a_prior_that_stays_behind", "any_device"),
        ("vae_first_layer_without_gradient", "logits_train_encoder_and_decoder"),
        ("vae_frozen_last_layer", "logits_train_encoder_and_decoder"),
        ("vae_divides_by_contrast", "black_and_white_images"),
    ],
)
def test_one_slip_breaks_the_one_fact_that_is_about_it(broken, bug, fact):
    # That a result is bound is seen in one instance, and of each of its components in several: both cost the value.
    assert set(broken[bug]) - {"VAE.every_output_is_free"} == {f"VAE.{fact}"}


@pytest.mark.parametrize(
    ("bug", "message"),
    [
        ("vae_shared_head", "mu and logvar are the same numbers"),
        ("vae_encodes_sigma", "log σ² is below 0 where σ < 1"),
        ("vae_rounds_the_image", "grey values are rounded"),
        ("vae_decodes_probabilities", "Logits come before the sigmoid, without an activation"),
        ("vae_logits_cut_off", "the result of decode is cut off at -4 and 4"),
        ("vae_never_samples", "eval mode and in train mode give the same logits: z is not sampled"),
        ("vae_forward_returns_sigma", "forward returns σ in the place of logvar"),
        ("vae_forward_returns_logits_last", "result 3: the order is (logits, mu, logvar)"),
        ("vae_one_noise_for_the_batch", "every image needs noise of its own"),
        ("vae_uniform_noise", "not those of z ~ N(mu, exp(logvar)): ε is uniform in [0, 1)"),
        ("vae_sample_from_a_wider_prior", "not those of σ(decode(z)), z ~ N(0, I): z is scaled by 2"),
        ("vae_sample_returns_logits", "is the sigmoid missing?"),
        ("vae_detached_latents", "the logits of forward give no gradient to the encoder: is z detached?"),
        ("vae_detached_sigma", "give no gradient to logvar.bias, logvar.weight"),
        ("vae_detached_mu", "the gradient of forward's logits is not their derivative"),
        ("vae_flat_images_only", "encode fails for x of shape (N, 1, 28, 28) only: RuntimeError"),
        ("vae_drops_a_batch_of_one", "mu of one row alone should have shape (1, 20), got (20,)"),
        ("vae_frozen_first_layer", "no gradient reaches hidden.weight, though encode uses it"),
        ("vae_encodes_on_the_cpu", "forward is tied to the CPU: Cannot copy out of meta tensor"),
    ],
)
def test_messages_say_what_is_wrong(broken, bug, message):
    assert any(message in text for text in broken[bug].values())
