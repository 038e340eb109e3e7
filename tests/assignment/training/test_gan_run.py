"""The GAN runs through real sandboxes: the student's losses, our players, the grader's noise and judge."""

import base64
import re

import pytest

from autograder.assignment.training.gan import GanRun
from autograder.assignment.training.gan_messages import saturation
from autograder.assignment.training.gan_settings import SaturationGate, SaturationSettings
from autograder.calibration.variants import VARIANTS
from autograder.engine.training import Digits
from autograder.errors import SpecError

GAN = "generative/gan.py"
D = "def discriminator_loss(logits_real, logits_fake):\n"
MINIMAX = "def generator_loss_minimax(logits_real, logits_fake):\n"
NONSATURATING = "def generator_loss_nonsaturating(logits_fake):\n"
LOSSES = ["discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"]


def instead(files, code):
    """The solution, where this definition at the end of gan.py replaces the function of its name."""
    return {**files, GAN: files[GAN] + b"\n\n" + code.encode()}


def test_the_solution_draws_digits_in_both_games_with_pictures_and_progress(play):
    seen = []
    outcome = play(progress=lambda *event: seen.append(event), picture_steps=5)
    run = outcome.record.gan
    assert (outcome.status, outcome.message) == ("passed", "")
    assert [game.name for game in run.games] == ["nonsaturating", "minimax"]
    for game in run.games:
        assert game.steps == 400
        assert game.class_score > 3
        assert game.frechet < 90
        assert game.classes >= 6
        assert re.search(r"works: after 400 steps the judge sees \d+ of the ten digits", game.text)
        assert base64.b64decode(game.image.png).startswith(b"\x89PNG")
        assert len(game.loss_d) == len(game.loss_g) == 100
    assert run.games[0].loss_d[0] == pytest.approx(0.693, rel=0.2)  # J_D = log 2 where D knows nothing
    assert len(run.images) == 1
    assert seen[-1][:2] == (5, 5)
    assert run.seconds > 0


def test_losses_that_are_unstable_at_extremes_only_are_not_charged_here_as_well(play, saturate, solution):
    """log and sigmoid taken literally lose their criterion of stability; no game of this length gets there."""
    literal = next(v for v in VARIANTS if v.name == "the sheet's logarithms taken literally")
    files = instead(solution, literal.code)
    assert play(files=files).status == "passed"
    assert saturate(files=files).status == "passed"


def test_the_same_submission_and_seed_give_the_same_numbers_and_another_seed_others(play):
    def numbers(seed):
        games = play(
            seed=seed, steps=30, gates=[{"data": "embedded", "class_score": 1, "frechet": 1e9}]
        ).record.gan.games
        return [(g.class_score, g.frechet, g.loss_d) for g in games]

    assert numbers(b"one") == numbers(b"one")
    assert numbers(b"one") != numbers(b"two")


@pytest.mark.parametrize(
    ("code", "games"),
    [
        (D + "    return -(torch.nn.functional.softplus(-logits_real).mean() + torch.nn.functional.softplus(logits_fake).mean()) / 2", 2),
        (D + "    return torch.nn.functional.softplus(logits_fake).mean() / 2 + 0 * logits_real.mean()", 2),
        (NONSATURATING + "    return torch.nn.functional.softplus(logits_fake).mean() / 2", 1),
        (MINIMAX + "    return discriminator_loss(logits_real, logits_fake)", 1),
    ],
    ids=["sign of J_D", "no real term", "sign of J_G", "J_G = J_D"],
)  # fmt: skip
def test_losses_that_teach_nothing_fail_their_games_and_are_told_what_was_seen(play, solution, code, games):
    outcome = play(files=instead(solution, code))
    assert outcome.status == "failed"
    failed = [game for game in outcome.record.gan.games if not game.passed]
    assert len(failed) == games
    assert re.search(
        r"fails: after 400 steps the judge has class score \d\.\d, Fréchet distance \d+; at least 3 and at most 90",
        failed[0].text,
    )
    assert outcome.message.endswith("A second run with another seed did not pass either.")


def test_ours_stand_in_for_losses_that_failed_and_a_game_of_ours_alone_is_not_played(play, solution):
    files = instead(solution, D + "    return 1 / 0\n\n\n" + MINIMAX + "    return 1 / 0")
    outcome = play(files=files, failed=["discriminator_loss", "generator_loss_minimax", "elbo"])
    assert outcome.status == "passed"
    assert [game.name for game in outcome.record.gan.games] == ["nonsaturating"]
    assert outcome.record.gan.replaced == ["discriminator_loss", "generator_loss_minimax"]


def test_nothing_is_left_to_play_only_if_all_three_losses_failed():
    assert GanRun().cause(frozenset(LOSSES), frozenset()) == "discriminator_loss"
    assert GanRun().cause(frozenset(LOSSES[1:]), frozenset()) is None


def test_an_exception_names_the_game_the_step_and_the_line(play, solution):
    outcome = play(files=instead(solution, NONSATURATING + "    return 1 / 0"))
    assert (outcome.status, outcome.cause) == ("failed", "exception")
    assert outcome.message.startswith(
        "The game with the non-saturating loss: Training stopped after 0 of 400 steps: ZeroDivisionError"
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("    return logits_fake.neg().exp().log1p() / 2", "the generator's loss should be one number, got a tensor of shape (64, 1)"),
        ("    return logits_fake.mean().detach()", "the generator's loss has no gradient"),
        ("    return 3.0", "the generator's loss should be a tensor, got float"),
        ("    return logits_fake.mean() * float('inf')", "The loss of your code became"),
    ],
)  # fmt: skip
def test_a_loss_of_the_wrong_form_is_told_what_was_expected(play, solution, code, message):
    assert message in play(files=instead(solution, NONSATURATING + code)).message


def test_a_game_that_exceeds_its_budget_says_how_far_it_came(play, solution):
    code = (
        "calls = []\n\n\n"
        + NONSATURATING
        + (
            "    calls.append(1)\n    while len(calls) > 100:\n        pass\n"
            "    return torch.nn.functional.softplus(-logits_fake).mean() / 2"
        )
    )
    outcome = play(files=instead(solution, code), cpu_seconds=2)
    assert (outcome.status, outcome.cause) == ("timeout", "timeout")
    assert "after 96 of 400 steps: no more fit into 2 seconds" in outcome.message  # the last of the reports


def test_digits_that_no_judge_knows_are_an_error_with_the_next_step(play, digits):
    other = Digits("embedded", "0" * 64, digits.train_images, digits.test_images)
    with pytest.raises(SpecError, match=r"no judge knows the digits .*make_judge"):
        play(data=other)


# --- the saturation run ----------------------------------------------------------------------------------------------


def test_the_minimax_gradient_vanishes_and_the_other_stays(saturate):
    outcome = saturate()
    run = outcome.record.saturation
    assert (outcome.status, outcome.message) == ("passed", "")
    assert run.moments == [0, 5, 10, 25, 50]
    assert run.minimax[0] == pytest.approx(run.nonsaturating[0], rel=0.3)
    assert run.minimax[0] > 4 * run.minimax[-1]
    assert run.nonsaturating[-1] > 100 * run.minimax[-1]
    assert "that is what 9-2 (d) asks about" in run.text


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (NONSATURATING + "    return -torch.nn.functional.softplus(logits_fake).mean() / 2", "When D wins, the non-saturating gradient of G should stay"),
        (MINIMAX + "    return torch.nn.functional.softplus(-logits_fake).mean() / 2 + 0 * logits_real.mean()", "When D wins, the minimax gradient of G should vanish"),
        (NONSATURATING + "    return torch.nn.functional.softplus(-logits_fake).mean()", "both losses pull equally at G"),
    ],
    ids=["minimax twice", "non-saturating twice", "without the half"],
)  # fmt: skip
def test_losses_that_are_not_the_two_of_the_sheet_are_told_what_was_seen(saturate, solution, code, message):
    outcome = saturate(files=instead(solution, code))
    assert outcome.status == "failed"
    assert message in outcome.message


def test_a_gradient_of_zero_is_no_success():
    gate = SaturationGate(data="embedded", start=(0.7, 1.4), end=100, fall=4)
    assert saturation([0, 50], [1, 0.1], [1, 50], gate)[0]
    assert not saturation([0, 50], [0.0, 0.0], [0.0, 0.0], gate)[0]


def test_looks_begin_before_the_first_step_and_rise():
    with pytest.raises(SpecError, match="moments begin with 0 and rise"):
        SaturationSettings.of({"moments": [5, 1], "gates": []})
