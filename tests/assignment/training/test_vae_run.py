"""The VAE run through real sandboxes: what passes, what is said when it does not, and what cannot be faked."""

import base64
from dataclasses import replace

import pytest

from autograder.assignment.training.vae import VaeRun
from autograder.errors import SandboxError, SpecError
from autograder.sandbox import Limits, gpu_nodes
from tests.assignment.training.conftest import edited
from tests.sandbox.student import GpuZygote

CLASS_VAE = "class VAE(nn.Module):"
FORWARD = "        return self.decode(reparameterize(mu, logvar)), mu, logvar"
INIT = "        self.latent_dim = latent_dim\n"
DECODE = "        hidden = F.relu(self.decoder_hidden(z))\n"
BOUND = "    return log_px_given_z - kl_standard_normal(mu, logvar).flatten(1).sum(1)"


def test_the_solution_passes_with_loss_curve_pictures_and_progress(train):
    seen = []
    outcome = train(progress=lambda *event: seen.append(event))
    run = outcome.record.vae
    assert (outcome.status, outcome.message, outcome.flags) == ("passed", "", ())
    assert run.collapse_elbo + 15 < run.trusted_elbo < -262
    assert run.trusted_elbo == pytest.approx(run.reconstruction - run.kl)
    assert run.gate_elbo == -340
    assert seen[-1][:2] == (200, 200)
    assert [loss for _, _, loss in seen] == run.loss
    assert len(run.loss) == 100
    assert run.loss[0] > 500  # before training every pixel is a coin: 784 log 2 = 543
    assert -run.loss[-1] == pytest.approx(run.trusted_elbo, rel=0.1)
    assert run.steps == 200
    assert run.seconds > 0
    assert all(base64.b64decode(image.png).startswith(b"\x89PNG") for image in run.images)
    assert [image.title for image in run.images] == ["reconstructions", "samples", "latent walk"]
    assert all(image.text for image in run.images)
    assert 0.5 < run.kl_weight_sigma < 1.6


def test_the_same_submission_and_seed_give_the_same_numbers_and_another_seed_others(train):
    def numbers(seed):
        run = train(seed=seed, steps=20).record.vae
        return run.trusted_elbo, run.kl, run.loss

    assert numbers(b"one") == numbers(b"one")
    assert numbers(b"one")[0] != numbers(b"two")[0]


def test_a_decoder_that_ignores_z_is_told_the_collapse_level(train, solution):
    files = edited(solution, "vae", DECODE, "        hidden = F.relu(self.decoder_hidden(0 * z))\n")
    outcome = train(files=files, steps=400, batch=64)
    run = outcome.record.vae
    assert outcome.status == "failed"
    assert run.trusted_elbo == pytest.approx(run.collapse_elbo, abs=5)
    assert "Your decoder ignores z" in outcome.message
    assert f"{run.collapse_elbo:.4g} nats is what the best constant image reaches" in outcome.message
    assert "A second run with another seed did not pass either." in outcome.message
    assert outcome.message.endswith("yours fails with ours: the slip is in vae.py.")
    assert all(image.text.startswith("All alike: your decoder ignores z") for image in run.images)


def test_losses_that_teach_nothing_are_named_as_the_culprit(train, solution):
    outcome = train(files=edited(solution, "elbo", BOUND, "    return 0 * log_px_given_z + mu.sum(1)"))
    assert outcome.status == "failed"
    assert outcome.message.endswith("yours works with ours: the slip is in the losses.")


def test_a_kl_term_of_another_weight_is_told_by_the_spread_of_z(train, solution):
    twice = BOUND.replace("- kl", "- 3 * kl")
    gates = [{"data": "embedded", "elbo": -340, "kl_weight": [0.5, 1.6], "too_good": -262}]
    outcome = train(files=edited(solution, "elbo", BOUND, twice), steps=500, gates=gates)
    run = outcome.record.vae
    assert outcome.status == "failed"
    assert run.trusted_elbo > -340
    assert run.kl_weight_sigma == pytest.approx(3, rel=0.3)
    assert "belongs to a loss in which the KL term weighs" in outcome.message
    assert "the slip is in the losses" in outcome.message


def test_a_kl_term_that_is_missing_is_told_by_what_was_seen(train, solution):
    outcome = train(files=edited(solution, "elbo", BOUND, "    return log_px_given_z"), steps=300)
    assert outcome.status == "failed"
    assert "q(z|x) is far from the prior" in outcome.message
    assert "it minimised something else" in outcome.message


def test_a_loss_that_is_not_finite_ends_the_run_and_names_the_step(train, solution):
    counted = BOUND.replace(
        "return log", "steps.append(1)\n    return (float('nan') if len(steps) == 7 else 1) * log"
    )
    files = edited(solution, "elbo", "import torch\n", "import torch\n\nsteps = []\n")
    outcome = train(files=edited(files, "elbo", BOUND, counted), steps=40)
    assert outcome.status == "failed"
    assert outcome.message.startswith("The loss of your code became nan in step 7 of 40.")
    assert len(outcome.record.vae.loss) == 6


def test_an_elbo_of_the_wrong_shape_is_told_what_was_expected(train, solution):
    outcome = train(
        files=edited(solution, "elbo", BOUND, f"    return ({BOUND.removeprefix('    return ')}).mean()")
    )
    assert outcome.status == "failed"
    assert outcome.message == (
        "The run cannot train: the result of elbo should have shape (128,) for a batch of 128 images, got ()"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (FORWARD, "        return self.decode(mu), mu", "three tensors: (logits, mu, logvar)"),
        (FORWARD, FORWARD.replace("self.decode", "torch.sigmoid(self.decode").replace("), mu", ")).detach(), mu.detach()") + ".detach()", "has no gradient"),
        (CLASS_VAE, "class VAE:\n    def __new__(cls):\n        return object()\n\n\nclass Other(nn.Module):", "not a torch.nn.Module"),
        (INIT, INIT + "        self.requires_grad_(False)\n        for name in ():\n            pass\n        return\n", "no parameters to train"),
    ],
)  # fmt: skip
def test_code_that_cannot_be_trained_is_told_why(train, solution, old, new, message):
    outcome = train(files=edited(solution, "vae", old, new))
    assert outcome.status == "failed"
    assert message in outcome.message


def test_a_model_that_takes_vectors_only_is_trained_with_vectors(train, solution):
    outcome = train(files=edited(solution, "vae", "x.flatten(1)", "x"))
    assert (outcome.status, outcome.message) == ("passed", "")


def test_a_run_that_exceeds_its_budget_says_how_far_it_came_and_is_not_repeated(train, solution):
    waiting = BOUND.replace(
        "return log", "steps.append(1)\n    while len(steps) > 120:\n        pass\n    return log"
    )
    files = edited(solution, "elbo", "import torch\n", "import torch\n\nsteps = []\n")
    outcome = train(files=edited(files, "elbo", BOUND, waiting), steps=600, cpu_seconds=2)
    assert (outcome.status, outcome.cause) == ("timeout", "timeout")
    assert outcome.message == (
        "Training stopped after 120 of 600 steps: no more fit into 2 seconds of computing time."
    )
    assert outcome.record.vae.steps == 120
    assert outcome.record.vae.loss


def test_a_model_that_is_slow_when_it_is_judged_has_one_budget_for_all_calls_and_no_second_training(
    train, solution
):
    slow = (
        "        if not self.training:\n"
        "            end = time.process_time() + 0.8\n"
        "            while time.process_time() < end:\n"
        "                pass\n"
    ) + DECODE
    files = edited(
        edited(solution, "vae", DECODE, slow), "vae", "import torch\n", "import time\n\nimport torch\n"
    )
    done = []
    outcome = train(
        files=files, steps=20, limits=Limits(call_seconds=1), progress=lambda step, *_: done.append(step)
    )
    assert (outcome.status, outcome.cause) == ("timeout", "timeout")
    assert outcome.message == (
        "VAE.decode: all its calls together took more than 3 seconds of computing time, or waited long"
    )
    assert done.count(20) == 1


def test_an_exception_in_training_names_file_and_line(train, solution):
    outcome = train(files=edited(solution, "vae", FORWARD, "        return 1 / 0"))
    assert (outcome.status, outcome.cause) == ("failed", "exception")
    assert "0 of 200 steps: ZeroDivisionError: division by zero (vae.py, line " in outcome.message


def test_code_that_ends_python_crashes_its_own_run_only(train, solution):
    outcome = train(files=edited(solution, "vae", FORWARD, "        import os; os._exit(3)"))
    assert (outcome.status, outcome.cause) == ("crashed", "crash")
    assert "0 of 200 steps" in outcome.message


def test_layers_that_appear_during_training_are_told_to_be_made_in_init(train, solution):
    late = "        self.late = nn.Linear(1, 1)\n" + FORWARD
    outcome = train(files=edited(solution, "vae", FORWARD, late), steps=2)
    assert outcome.status == "failed"
    assert "do not fit a fresh VAE(): make every layer in __init__" in outcome.message


def test_weights_that_are_not_finite_are_refused(train, solution):
    broken = INIT + "        self.register_buffer('scale', torch.tensor(float('inf')))\n"
    outcome = train(files=edited(solution, "vae", INIT, broken), steps=2)
    assert outcome.status == "failed"
    assert "after training, the parameter scale is not finite" in outcome.message


def test_weights_and_buffers_come_back_through_the_state(train, solution):
    """Batch normalisation is judged by its running statistics, dropout is off: both in eval mode."""
    layers = INIT + "        self.norm = nn.BatchNorm1d(hidden_dim)\n        self.drop = nn.Dropout(0.1)\n"
    files = edited(solution, "vae", INIT, layers)
    files = edited(
        files, "vae", DECODE, "        hidden = self.drop(self.norm(self.decoder_hidden(z)).relu())\n"
    )
    outcome = train(files=files)
    assert (outcome.status, outcome.flags) == ("passed", ())


def test_a_decoder_that_is_never_the_same_twice_is_flagged(train, solution):
    files = edited(
        solution, "vae", DECODE, DECODE + "        hidden = F.dropout(hidden, 0.1, training=True)\n"
    )
    assert [flag.kind for flag in train(files=files).flags] == ["decoder_not_repeatable"]


def test_a_value_too_good_to_be_true_is_flagged_for_a_person(train):
    outcome = train(steps=20, gates=[{"data": "embedded", "elbo": -700, "too_good": -650}])
    assert outcome.status == "passed"
    assert [flag.kind for flag in outcome.flags] == ["too_good_to_be_true"]


def test_ours_stand_in_for_functions_that_failed_even_if_their_file_cannot_be_read(train, solution):
    files = {**solution, "generative/divergence.py": b"def kl_normal(:\n"}
    assert train(files=files, steps=10).cause == "exception"
    outcome = train(files=files, failed=["kl_normal", "kl_standard_normal", "discriminator_loss"])
    assert outcome.status == "passed"
    assert outcome.record.vae.replaced == ["kl_normal", "kl_standard_normal"]


def test_one_failed_function_of_a_file_is_replaced_and_the_others_stay(train, solution):
    files = edited(solution, "elbo", BOUND, "    return log_px_given_z * float('nan')")
    files = edited(files, "vae", "    return mu + sigma * torch.randn_like(sigma)", "    return mu.detach()")
    outcome = train(files=files, failed=["elbo", "reparameterize"])
    assert outcome.status == "passed"
    assert outcome.record.vae.replaced == ["elbo", "reparameterize"]


def test_a_failure_with_one_seed_counts_only_if_another_seed_fails_too(make_context, solution):
    seed = make_context().draw("vae.training.1.seed").integer(0, 2**31 - 1)
    unlucky = BOUND.replace(
        "return log", f"return (float('nan') if torch.initial_seed() == {seed} else 1) * log"
    )
    outcome = VaeRun().run(make_context(files=edited(solution, "elbo", BOUND, unlucky)))
    assert outcome.status == "passed"


def test_a_wrong_key_in_the_settings_is_named(make_context):
    with pytest.raises(SpecError, match=r"training\.vae: stepps: Extra inputs are not permitted"):
        VaeRun().run(make_context(stepps=3))


def test_a_device_that_does_not_answer_is_nobodys_failure(make_context) -> None:
    if gpu_nodes():
        pytest.skip("this machine has a GPU: it would answer")
    with GpuZygote() as zygote:
        context = replace(make_context(steps=2), device="cuda", zygote=zygote)
        with pytest.raises(SandboxError, match="no cuda device answers"):
            VaeRun().run(context)
