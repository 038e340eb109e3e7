"""Names the mistake of a VAE by the signs that its failed facts report.

A class has no fixed values that could be compared with those of known bugs; its facts say what they saw instead.
A sign reads one such message and knows the bug, or the bugs, that show it; the bugs of one sign all say the same
sentence. Signs stand in the order of explanation: what raises explains what is missing, what is random explains
what differs. Where the first signs that are seen say different things, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from autograder.assignment.bank import KnownBug, known_bugs
from autograder.results.model import Hint

ENCODER, DECODER = "encoder_gives_mean_and_log_variance", "decoder_gives_logits"
FORWARD, LATENTS, SAMPLE = "forward_samples", "latents_follow_the_encoder", "sample_decodes_the_prior"
GRADIENT, STATE, DEVICE = "logits_train_encoder_and_decoder", "state_is_everything", "any_device"
ROWS, SHAPES, LATENT_DIM, FORM = (
    "rows_are_alone",
    "default_shapes",
    "chosen_number_of_latents",
    "flat_or_image",
)
CONSTANT, TRACE = "black_and_white_images", "sample_leaves_no_trace"


@dataclass(frozen=True)
class Sign:
    """What one message says (`pattern`, searched), and which known bugs show it; `also`: another fact that fails;
    `unless`: facts that do not."""

    fact: str
    pattern: str
    bug: str
    also: str = ""
    unless: tuple[str, ...] = ()

    def seen(self, failed: Mapping[str, str]) -> bool:
        message = failed.get(self.fact)
        return (
            message is not None
            and re.search(self.pattern, message) is not None
            and (not self.also or self.also in failed)
            and not any(fact in failed for fact in self.unless)
        )


SIGNS: tuple[tuple[Sign, ...], ...] = (
    # It raises, or returns what is no tensor.
    (
        Sign(SHAPES, r"before Module\.__init__", "vae_forgets_super"),
        Sign(SHAPES, r"missing \d+ required positional argument.*(latent_dim|hidden_dim)", "vae_no_default_sizes"),
        Sign(SHAPES, r"unexpected keyword argument '(latent_dim|hidden_dim)'", "vae_other_argument_names"),
        Sign(SHAPES, r"not a torch\.nn\.Module", "vae_no_module"),
        Sign(SHAPES, r"VAE\(\) switches gradients off", "vae_switches_gradients_off"),
        Sign(SHAPES, r"VAE\(\) leaves .* as torch's default dtype", "vae_sets_the_default_dtype"),
        Sign(STATE, r"Unexpected key\(s\) in state_dict", "vae_heads_made_late"),
        Sign(FORWARD, r"should return .*, got (.*\b)?ndarray", "vae_forward_returns_numpy"),
        Sign(SAMPLE, r"should return .*, got (.*\b)?ndarray", "vae_sample_returns_numpy"),
        Sign(SAMPLE, r"sample should return one tensor, got a (list|tuple)", "vae_sample_returns_z_too"),
        Sign(SHAPES, r"Float and Double|Double but expected|Float but expected Double", "vae_double_precision_layers"),
        Sign(SHAPES, r"shape '\[(?!-1|5\b|1\b)\d+, .*is invalid for input of size", "vae_reshapes_to_128_images"),
        Sign(SHAPES, r"got Double and Float", "vae_double_precision_noise"),
        Sign(SHAPES, r"tensor a \(5\) must match .* tensor b \(\d+\) at .*dimension 0", "vae_reshapes_to_128_images"),
        Sign(SHAPES, r"^VAE\.sample: .*tensor a \(6\) must match .* tensor b \(5\) at", "vae_keeps_its_encodings"),
        Sign(SHAPES, r"tensor a \((?!6\))\d+\) must match .* tensor b \(5\) at .*dimension 0", "vae_reshapes_to_128_images"),
        Sign(SHAPES, r"\(1x3920 and 784x", "vae_flattens_the_batch"),
        Sign(SHAPES, r"not compiled with CUDA|No CUDA GPUs|NVIDIA driver", "vae_moves_to_the_gpu"),
        Sign(FORM, r"of shape \(N, 784\) only", "vae_square_images_only"),
        Sign(FORM, r"of shape \(N, 1, 28, 28\) only", "vae_flat_images_only"),
        Sign(FORM, r"shapes cannot be multiplied .*x400\b|shapes cannot be multiplied .*and 400x", "vae_layers_of_width_400", unless=(SHAPES,)),
        Sign(LATENT_DIM, r"cannot be multiplied .*(x400\b|and 400x)", "vae_layers_of_width_400", unless=(SHAPES, FORM)),
        Sign(SHAPES, r"cannot be multiplied \(5x16 and 400x", "vae_layers_of_width_400"),
        Sign(SHAPES, r"VAE\.sample should return float32, got b?float16", "vae_sample_in_half_precision"),
        Sign(SHAPES, r"VAE\.forward should return float32, got b?float16", "vae_forward_in_half_precision"),
        Sign(FORWARD, r"forward should return 3 tensors, got (Tensor|.*,.*)$", "vae_forward_returns_two_results"),
        Sign(FORWARD, r"forward should return 3 tensors, got dict$", "vae_forward_returns_a_dict"),
        Sign(SHAPES, r"VAE\.encode should return 2 tensors, got Tensor$", "vae_encode_returns_one_tensor"),
        Sign(SHAPES, r"VAE\.encode should return 2 tensors, got Normal$", "vae_encode_returns_a_distribution"),
        Sign(SHAPES, r"VAE\.decode should return one tensor, got a tuple of 2", "vae_decodes_mean_and_spread"),
        Sign(SHAPES, r"VAE\.encode should return 2 tensors, got Tensor, Tensor, Tensor$", "vae_encode_returns_three_results"),
    ),
    # It returns the wrong shape.
    (
        Sign(LATENT_DIM, r"latent_dim first, hidden_dim second", "vae_hidden_dim_first", unless=(SHAPES,)),
        Sign(LATENT_DIM, r"^(?!with latent_dim=1).*(should have shape \(3, 5\)|cannot be multiplied)", "vae_ignores_latent_dim", unless=(SHAPES,)),
        Sign(LATENT_DIM, r"^VAE\.forward: .*tensor a \(10\) must match .* tensor b \(0\)", "vae_ignores_latent_dim", unless=(SHAPES,)),
        Sign(LATENT_DIM, r"^VAE\.forward: .*tensor a \(5\) must match .* tensor b \(20\)", "vae_twenty_components_of_noise", unless=(SHAPES,)),
        Sign(LATENT_DIM, r"VAE\.forward with latent_dim=1 should have shape \(3, 1\), got \(3,\)", "vae_squeezes_a_single_component", unless=(SHAPES, ROWS)),
        Sign(LATENT_DIM, r"^with latent_dim=1, VAE\.(forward|sample) fails", "vae_decode_squeezes_a_single_component", unless=(SHAPES, ROWS)),
        Sign(DEVICE, r"^VAE\.forward: .*\(130\) must match .*\(\d+\)", "vae_noise_for_at_most_128_images", unless=(SHAPES,)),
        Sign(SHAPES, r"VAE\.decode should have shape .*got \(5, 1, 28, 28\)", "vae_decodes_to_images"),
        Sign(SHAPES, r"VAE\.decode should have shape .*got \(3920,\)", "vae_decodes_to_one_vector"),
        Sign(SHAPES, r"VAE\.decode should have shape \(5, 784\), got \(5, \d+\)", "vae_decodes_to_too_few_pixels"),
        Sign(SHAPES, r"logvar of VAE\.encode should have shape \(5, 20\), got \(5, 1\)", "vae_one_logvar_for_all_components"),
        Sign(SHAPES, r"mu of VAE\.encode should have shape \(5, 20\), got \(3, 40\)", "vae_chunks_the_batch"),
        Sign(SHAPES, r"mu of VAE\.encode should have shape \(5, 20\), got \(5, 10\)", "vae_latents_for_both_moments", also=LATENT_DIM),
        Sign(SHAPES, r"mu of VAE\.encode should have shape \(5, 20\), got \(5, 16\)", "vae_hidden_units_as_latents"),
        Sign(SHAPES, r"mu of VAE\.encode should have shape \(5, 20\), got \(5, (?!16\))\d+\)", "vae_other_default_latent_dim", unless=(LATENT_DIM,)),
        Sign(SHAPES, r"VAE\.sample should have shape .*got \(6, (1, )?28, 28\)", "vae_sample_returns_images"),
        Sign(SHAPES, r"VAE\.sample should have shape .*got \(6, 1, 784\)", "vae_sample_stacks_the_images"),
        Sign(SHAPES, r"VAE\.sample should have shape .*got \(784,\)", "vae_sample_averages_the_images"),
        Sign(SHAPES, r"logits of VAE\.forward should have shape .*got \(\d+, 5, 784\)", "vae_forward_adds_an_axis_of_draws"),
        Sign(FORM, r"(mu|logvar) of x as .* should have shape \(3, 20\), got \(3, 1, 20\)", "vae_keeps_the_channel", unless=(SHAPES,)),
        Sign(SHAPES, r"VAE\.sample should return floating-point numbers, got", "vae_sample_returns_whole_numbers"),
        Sign(SHAPES, r"VAE\.sample should have shape .*got \((?!6,)\d+, 784\)", "vae_sample_ignores_n"),
        Sign(SHAPES, r"forward returns its logits as result [23]", "vae_forward_returns_logits_last"),
        Sign(SHAPES, r"logits of VAE\.forward should have shape .*got \(\)", "vae_forward_returns_the_loss"),
        Sign(SHAPES, r"logits of VAE\.forward should have shape \(5, 784\), got \(\d*[05], 784\)", "vae_forward_draws_several_z"),
        Sign(FORWARD, r"first result of forward should have shape .*got \(8, 20\)", "vae_forward_returns_z"),
        Sign(SHAPES, r"of VAE\.forward should have shape \(5, (\d+)\), got \(\1,\)", "vae_forward_averages_the_moments"),
        Sign(SHAPES, r"logvar of VAE\.forward should have shape \(5, 20\), got \(5,\)", "vae_forward_sums_the_logvar"),
        Sign(DECODER, r"decode should have shape \(39, 784\), got \(\d+, 784\)", "vae_decodes_the_first_row_only"),
        Sign(DEVICE, r"^forward gives shapes \[\[(?!130\b)\d+, 784\]", "vae_forward_of_128_at_most", unless=(SHAPES, DECODER)),
        Sign(FORM, r"of x as \(N, 1, 28, 28\) differs", "vae_images_transposed", unless=(SHAPES, ROWS, ENCODER)),
        Sign(FORM, r"of forward for one image should have shape \(1, (\d+)\), got \(\1,\)", "vae_forward_squeezes_one_image", unless=(ROWS, SHAPES)),
        Sign(ROWS, r"^encode fails for one row alone.*Dimension out of range \(expected to be in range of \[-1, 0\]", "vae_drops_a_batch_of_one", unless=(SHAPES,)),
        Sign(ROWS, r"of one row alone should have shape \(1, (\d+)\), got \(\1,\)", "vae_drops_a_batch_of_one"),
        Sign(ROWS, r"Expected more than 1 value per channel", "vae_batch_norm_of_the_batch"),
        Sign(ROWS, r"of one row alone is not finite", "vae_standardises_the_batch"),
    ),
    # Its numbers are none, or so large that rounding shows everywhere.
    (
        Sign(ENCODER, r"^logvar is not finite", "vae_logarithm_of_the_head"),
        Sign(DECODER, r"^the result of decode is not finite", "vae_decodes_log_odds"),
    ),
    (Sign(CONSTANT, r"weights of a new VAE are too large|of a new VAE is not finite: .* (are|is) -?inf", "vae_starts_with_huge_weights"),),
    # It is random where it should not be, or made anew in every call.
    (
        Sign(ENCODER, r"but the same logvar: encode adds noise to mu", "vae_encode_returns_noisy_mu"),
        Sign(ENCODER, r"different mu in eval mode, and different logvar", "vae_dropout_always_on"),
        Sign(ENCODER, r"the same ones in every call: rows are mixed", "vae_reshape_mixes_the_rows"),
        Sign(ROWS, r"after another image was encoded", "vae_decoder_remembers_the_image"),
        Sign(DECODER, r"two equal z of a batch get different logits in eval mode, and others", "vae_dropout_always_on_in_decode"),
        Sign(DECODER, r"two equal z .*: rows are mixed", "vae_decode_mixes_the_rows"),
    ),
    (
        Sign(ROWS, r"for another image the mu of an earlier call", "vae_keeps_its_encodings"),
        Sign(ROWS, r"for the same (x|z) in the next call", "vae_layers_made_in_encode"),
        Sign(ENCODER, r"gives another result when it is called again", "vae_goes_on_from_the_last_call"),
    ),
    (Sign(FORM, r"^encode changes the shape of x", "vae_squeezes_the_image_in_place"),),
    # Parameters are not registered; an image meets others of its batch.
    (
        Sign(STATE, r"the parameters change when methods are called", "vae_shrinks_its_weights"),
        Sign(STATE, r"of the second instance differs", "vae_layers_in_a_list", unless=(ROWS,)),
        Sign(STATE, r"uses a layer that is not registered", "vae_layer_of_the_class", unless=(ROWS,)),
        Sign(ROWS, r"of one row alone differs", "vae_centres_on_the_batch", unless=(STATE,)),
        Sign(DECODER, r"decode overwrites z", "vae_decoder_clamps_z_in_place"),
        Sign(ENCODER, r"encode overwrites x", "vae_rescales_the_image_in_place"),
    ),
    (Sign(GRADIENT, r"backward through the graph a second time", "vae_keeps_its_encodings"),),
    (Sign(DECODER, r"the same for every z", "vae_decoder_ignores_z"),),
    # It returns the wrong values.
    (
        Sign(ENCODER, r"mu is never negative", "vae_relu_on_mu"),
        Sign(ENCODER, r"all components of mu are the same number", "vae_one_component_of_mu"),
        Sign(ENCODER, r"takes whole numbers only", "vae_rounds_logvar"),
        Sign(ENCODER, r"mu adds up to 1", "vae_softmax_on_mu"),
        Sign(ENCODER, r"logvar is the same for every x", "vae_constant_logvar"),
        Sign(ENCODER, r"mu is the same for every x$", "vae_integer_pixels"),
        Sign(ENCODER, r"each needs outputs of its own", "vae_heads_that_overlap"),
        Sign(ENCODER, r"is rounded to half precision", "vae_mu_in_half_precision"),
        Sign(LATENTS, r"^logvar never exceeds", "vae_sigma_at_most_a_half"),
        Sign(DECODER, r"is rounded to half precision", "vae_logits_in_half_precision"),
        Sign(ENCODER, r"logvar is never negative", "vae_encodes_sigma"),
        Sign(ENCODER, r"are the same numbers", "vae_shared_head"),
        Sign(ENCODER, r"logvar is −mu", "vae_logvar_is_minus_mu"),
        Sign(ENCODER, r"they share their weights", "vae_heads_with_one_weight"),
        Sign(ENCODER, r"grey values are rounded", "vae_rounds_the_image"),
        Sign(LATENTS, r"^mu never leaves", "vae_tanh_on_mu", unless=(ENCODER,)),
        Sign(LATENTS, r"^logvar never leaves", "vae_clamped_logvar"),
        Sign(DECODER, r"lies between 0 and 1", "vae_decodes_probabilities"),
        Sign(DECODER, r"never leaves \[−1, 1\]", "vae_tanh_at_the_output"),
        Sign(LATENTS, r"decode never leaves \[−1, 1\]", "vae_tanh_at_the_output", unless=(DECODER,)),
        Sign(DECODER, r"is cut off at", "vae_logits_cut_off"),
        Sign(DECODER, r"decode is never negative", "vae_relu_at_the_output"),
        Sign(DECODER, r"in an ELU or a GELU", "vae_gelu_at_the_output"),
        Sign(DECODER, r"decode is never positive", "vae_decodes_log_probabilities"),
        Sign(DECODER, r"that is a softmax", "vae_softmax_over_the_pixels"),
        Sign(DECODER, r"does not use component", "vae_decoder_ignores_half_of_z"),
        Sign(DECODER, r"gives the same number at", "vae_decodes_half_of_the_pixels"),
        Sign(FORWARD, r"is x itself", "vae_forward_returns_x"),
        Sign(FORWARD, r"^mu of forward changes .* as the random numbers do", "vae_forward_returns_noisy_mu"),
        Sign(FORWARD, r"^mu of forward changes .* not only with the random numbers", "vae_forward_shrinks_mu"),
        Sign(FORWARD, r"^logvar of forward changes .* as the random numbers do", "vae_forward_returns_z_for_logvar"),
        Sign(FORWARD, r"forward returns logvar in the place of mu", "vae_forward_swaps_moments"),
        Sign(FORWARD, r"forward returns σ in the place of logvar", "vae_forward_returns_sigma"),
        Sign(FORWARD, r"forward returns σ² in the place of logvar", "vae_forward_returns_variance"),
        Sign(FORWARD, r"^logvar of forward is .* times that of encode", "vae_forward_doubles_logvar"),
        Sign(FORWARD, r"encode gives another mu and logvar .* forward changes the parameters", "vae_shrinks_its_weights"),
        Sign(FORWARD, r"^logvar of forward is that of encode plus", "vae_forward_lowers_logvar"),
        Sign(FORWARD, r"forward overwrites x in train mode", "vae_dropout_overwrites_the_image"),
        Sign(FORWARD, r"^forward adds x to its logits", "vae_image_added_to_the_logits"),
        Sign(FORWARD, r"depend on x beside mu and logvar", "vae_skip_from_the_image"),
        Sign(FORWARD, r"first result of forward lies between 0 and 1", "vae_forward_returns_probabilities", unless=(DECODER,)),
        Sign(FORWARD, r"in train mode decodes mu itself", "vae_samples_in_evaluation_only"),
        Sign(FORWARD, r"no gradients are recorded decodes mu itself", "vae_samples_with_gradients_only"),
        Sign(FORWARD, r"of a single image decodes mu itself", "vae_centred_noise", also=LATENTS),
        Sign(FORWARD, r"of a single image decodes mu itself", "vae_no_noise_for_one_image", unless=(LATENTS,)),
        Sign(FORWARD, r"decodes mu itself in a later call", "vae_z_of_the_call_before"),
        Sign(FORWARD, r"in eval mode and in train mode give the same", "vae_never_samples"),
        Sign(FORWARD, r"forward in eval mode give the same", "vae_samples_in_training_only"),
        Sign(FORWARD, r"forward in train mode give the same", "vae_samples_in_evaluation_only"),
        Sign(FORWARD, r"forward switches the model", "vae_forward_leaves_train_mode"),
        Sign(FORWARD, r"the same random numbers in a later call", "vae_z_of_the_call_before"),
        Sign(FORWARD, r"forward seeds the generator", "vae_decode_seeds_the_generator"),
        Sign(SAMPLE, r"is the sigmoid missing", "vae_sample_returns_logits"),
        Sign(SAMPLE, r"those are log-probabilities", "vae_sample_returns_log_probabilities"),
        Sign(SAMPLE, r"those are exponentials of decode's logits", "vae_sample_returns_exponentials"),
        Sign(SAMPLE, r"grey values up to 255", "vae_sample_returns_grey_values"),
        Sign(SAMPLE, r"is the sigmoid applied twice", "vae_sample_applies_the_sigmoid_twice", unless=(DECODER,)),
        Sign(SAMPLE, r"that is a softmax", "vae_sample_ends_in_a_softmax", unless=(DECODER,)),
        Sign(SAMPLE, r"those are drawn pixels", "vae_sample_draws_pixels"),
        Sign(SAMPLE, r"the same for every row$", "vae_sample_draws_one_latent"),
        Sign(SAMPLE, r"the same for every row and in every call", "vae_sample_decodes_zeros"),
        Sign(SAMPLE, r"two calls of sample give the same images", "vae_sample_from_a_kept_z"),
        Sign(SAMPLE, r"^some images of sample", "vae_sample_repeats_64_images"),
        Sign(SAMPLE, r": the logits are multiplied by", "vae_sample_sharpens_the_images"),
        Sign(SAMPLE, r": z has a Laplace", "vae_sample_from_laplace"),
        Sign(SAMPLE, r": z is uniform", "vae_sample_from_uniform"),
        Sign(SAMPLE, r": z is scaled by √e", "vae_sample_with_logvar_one"),
        Sign(SAMPLE, r": z is rounded", "vae_sample_rounds_z"),
        Sign(SAMPLE, r": z is scaled by [0-9]", "vae_sample_from_a_wider_prior"),
        Sign(SAMPLE, r": z is never negative", "vae_sample_from_absolute_values"),
        Sign(SAMPLE, r": the second half of z mirrors", "vae_sample_mirrors_z"),
        Sign(TRACE, r"leaves the model in eval mode", "vae_sample_leaves_eval_mode"),
        Sign(TRACE, r"leaves the model in train mode", "vae_sample_leaves_train_mode"),
        Sign(TRACE, r"switches gradients off", "vae_sample_switches_gradients_off"),
        Sign(TRACE, r"sample freezes the parameters", "vae_sample_freezes_the_parameters"),
        Sign(TRACE, r"sample changes the weights", "vae_sample_starts_the_decoder_anew"),
        Sign(TRACE, r"sample\(1\) should have shape \(1, 784\), got \(784,\)", "vae_sample_squeezes", unless=(SHAPES,)),
        Sign(DEVICE, r"^sample gives shapes .* in a batch of 130", "vae_sample_of_64_at_most", unless=(SHAPES,)),
        Sign(TRACE, r"^probabilities lie in \[0, 1\]: in train mode", "vae_sample_returns_logits_in_train_mode"),
        Sign(TRACE, r"those are not their sigmoids$", "vae_sample_stretches_the_probabilities"),
        Sign(TRACE, r"of sample\(1\) is not finite", "vae_sample_standardises_z"),
        Sign(SAMPLE, r": all components of z are one number", "vae_sample_draws_one_number"),
        Sign(SAMPLE, r"standard errors$", "vae_sample_encodes_random_images", unless=(DECODER,)),
        Sign(CONSTANT, r"of a constant image is not finite", "vae_divides_by_contrast"),
        Sign(CONSTANT, r"its weights start with one number", "vae_constant_weights"),
        Sign(FORM, r"its logits in the shape of an image", "vae_forward_returns_images", unless=(SHAPES,)),
        Sign(ENCODER, r"does not look at", "vae_reads_the_upper_half"),
    ),
    (Sign(FORWARD, r"^(mu|logvar) of forward, against encode, differs", "vae_forward_encodes_otherwise"),),
    # z is not what mu and logvar say.
    (
        Sign(LATENTS, r": e\^logvar is taken for σ", "vae_variance_for_sigma"),
        Sign(LATENTS, r": logvar is taken for σ", "vae_logvar_as_sigma"),
        Sign(LATENTS, r": the noise is not multiplied", "vae_noise_without_sigma"),
        Sign(LATENTS, r": σ and ε are added", "vae_noise_added_to_sigma"),
        Sign(LATENTS, r": mu is not added", "vae_z_without_mu"),
        Sign(LATENTS, r": an image is decoded from the z of another", "vae_latents_of_other_images"),
        Sign(LATENTS, r": 0\.1 is added to σ", "vae_tenth_added_to_sigma"),
        Sign(LATENTS, r": mu is averaged over the batch", "vae_mu_of_the_batch"),
        Sign(LATENTS, r": (σ|logvar) is averaged over the batch", "vae_sigma_of_the_batch"),
        Sign(LATENTS, r": mu and logvar are averaged over the batch", "vae_moments_of_the_batch"),
        Sign(LATENTS, r": images are mixed where z is drawn", "vae_centres_on_the_batch"),
        Sign(LATENTS, r"every image needs noise of its own", "vae_one_noise_for_the_batch"),
        Sign(LATENTS, r": all components of z share one", "vae_one_number_for_an_image"),
        Sign(LATENTS, r"mirror those of the first", "vae_mirrored_noise"),
        Sign(LATENTS, r": the first component of z has no noise", "vae_first_component_without_noise"),
        Sign(LATENTS, r": the noise of half of the components is", "vae_noise_repeated_in_the_components"),
        Sign(LATENTS, r": ε has a Laplace distribution", "vae_laplace_noise"),
        Sign(LATENTS, r": ε is uniform", "vae_uniform_noise"),
        Sign(LATENTS, r": ε is squared", "vae_noise_multiplied_twice"),
        Sign(LATENTS, r": ε is never negative", "vae_absolute_noise"),
        Sign(LATENTS, r": ε is cut off", "vae_clamped_noise"),
        Sign(LATENTS, r": σ is at (least|most) 1 where", "vae_sigma_at_least_one"),
        Sign(LATENTS, r": z is drawn from the prior", "vae_decodes_prior_noise"),
        Sign(LATENTS, r": x is added to them", "vae_image_added_to_the_logits"),
        Sign(LATENTS, r": √σ is taken", "vae_root_of_sigma"),
        Sign(LATENTS, r": e\^\(2 logvar\) is taken", "vae_square_of_the_variance"),
        Sign(LATENTS, r": e\^\(−logvar/2\) is taken", "vae_inverse_sigma"),
        Sign(LATENTS, r": softplus\(logvar\) is taken", "vae_softplus_for_sigma"),
        Sign(LATENTS, r": √\|logvar\| is taken", "vae_root_of_logvar"),
        Sign(LATENTS, r"and decode\(mu\) are: z is not$", "vae_root_of_negative_logvar"),
        Sign(LATENTS, r": mu and logvar are exchanged", "vae_reparameterize_arguments_swapped"),
        Sign(LATENTS, r": mu and σ are exchanged", "vae_mu_and_sigma_exchanged"),
        Sign(LATENTS, r": the noise is multiplied by mu", "vae_noise_multiplied_by_mu"),
        Sign(LATENTS, r": z goes through a tanh", "vae_tanh_on_z"),
        Sign(LATENTS, r": z goes through a sigmoid", "vae_sigmoid_on_z"),
        Sign(LATENTS, r": z goes through an exponential", "vae_exponential_of_z"),
        Sign(LATENTS, r": ε is standardised over the batch", "vae_standardised_noise"),
        Sign(LATENTS, r": ε is standardised over the components", "vae_noise_standardised_over_the_components"),
        Sign(LATENTS, r": σ is taken for logvar", "vae_sigma_handed_as_logvar"),
        Sign(LATENTS, r": σ² is taken for logvar", "vae_variance_handed_as_logvar"),
        Sign(LATENTS, r": 10\^\(logvar/2\) is taken", "vae_decimal_logarithm"),
        Sign(LATENTS, r": the noise is scaled", "vae_tenth_of_the_noise"),
        Sign(LATENTS, r": their spread from draw to draw", "vae_noise_that_grows", unless=(FORWARD,)),
        Sign(LATENTS, r"(standard errors|what torch\.randn draws)$", "vae_averages_the_logits_of_draws", unless=(FORWARD,)),
    ),
    # It does not train, or not everywhere.
    (
        Sign(GRADIENT, r"cannot be differentiated: .*modified by an inplace operation", "vae_changes_what_the_gradient_needs"),
        Sign(GRADIENT, r"gradient to the encoder: is z detached", "vae_detached_latents", unless=(LATENTS, ROWS)),
        Sign(GRADIENT, r"is mu or logvar detached where z is drawn", "vae_detached_mu", unless=(LATENTS,)),
        Sign(GRADIENT, r"do all of them share a layer", "vae_layer_shared_by_all_models"),
        Sign(GRADIENT, r"forward's logits .* a part of it is detached", "vae_detached_mu", unless=(LATENTS, SHAPES)),
        Sign(GRADIENT, r"at the parameters of (encode|decode) is not its derivative", "vae_tied_weight_detached"),
        Sign(GRADIENT, r"logits of forward give no gradient to any parameter", "vae_detached_logits"),
        Sign(GRADIENT, r"from any result of forward", "vae_forward_without_gradient"),
        Sign(GRADIENT, r"mu (and|or) logvar of forward give another", "vae_forward_returns_detached_moments", unless=(FORWARD,)),
        Sign(GRADIENT, r"from the result of decode", "vae_decodes_without_gradient"),
        Sign(GRADIENT, r"from the result of encode", "vae_encodes_without_gradient"),
        Sign(GRADIENT, r"^no gradient reaches", "vae_first_layer_without_gradient"),
        Sign(GRADIENT, r"^no matrix of a new VAE", "vae_all_weights_zero"),
    ),
    (
        Sign(DEVICE, r"^forward is tied to the CPU", "vae_noise_on_the_cpu", unless=(FORWARD, STATE, ROWS)),
        Sign(DEVICE, r"^sample is tied to the CPU", "vae_sample_on_the_cpu", unless=(SAMPLE, STATE, ROWS)),
    ),
)  # fmt: skip
FORMS = 2  # the first tiers are about the form of what comes back


def vae_hint(failed: Mapping[str, str]) -> Hint | None:
    """The mistake that explains the failed facts of VAE (id → message); None where no sign, or no single one, is seen."""
    messages = {id.removeprefix("VAE."): message for id, message in failed.items()}
    for index, signs in enumerate(SIGNS):
        if index == FORMS and SHAPES in messages:
            return None  # a wrong form explains what comes after it, and its own message says it best
        named = {_bugs()[sign.bug].says: _bugs()[sign.bug] for sign in signs if sign.seen(messages)}
        if named:
            return _hint(*named.values()) if len(named) == 1 else None
    return None


def _hint(bug: KnownBug) -> Hint:
    alike = [other for other in _bugs().values() if other.says == bug.says]
    mistakes = {other.mistake for other in alike}
    return Hint(
        bug=bug.name if len(alike) == 1 else f"relation/{bug.name}",
        text=f"{bug.says} See sheet {bug.sheet}.",
        mistake=mistakes.pop() if len(mistakes) == 1 else None,
    )


@cache
def _bugs() -> Mapping[str, KnownBug]:
    return {bug.name: bug for bug in known_bugs() if bug.function == "VAE"}
