"""How gates are chosen from rows, and how they come into grading.yml."""

import math
import statistics

import pytest
import scipy.stats

from autograder.calibration.choose import chosen
from autograder.calibration.gates import gates_of
from autograder.errors import AutograderError
from tests.calibration.test_record import row


def vae_rows(*, elbo=100.0, collapse=400.0, spread=1e-6):
    """The model solution with hardly any spread, and three bugs."""
    right = [row(seed=s, minus_elbo=elbo * (1 + s * spread), kl_weight_sigma=1.0) for s in range(3)]
    bugs = [
        row("decoder ignores z", "bug", minus_elbo=collapse, kl_weight_sigma=0.0),
        row("σ for σ² in the KL", "bug", minus_elbo=elbo, kl_weight_sigma=0.25),
        row("KL without the half", "bug", minus_elbo=elbo, kl_weight_sigma=2.25),
    ]
    return [*right, *bugs]


def test_a_bound_lies_half_way_on_the_logarithm_between_the_worst_right_run_and_the_nearest_of_its_bugs():
    other = row("narrow", "other", minus_elbo=144.0, kl_weight_sigma=1.0)
    gate = chosen("vae", [*vae_rows(), other])
    assert gate == {"elbo": -240, "kl_weight": [0.5, 1.5]}  # √(144·400), √(1·¼), √(1·2¼)


def test_fresh_seeds_choose_nothing():
    fresh = row("again", "fresh", seed=1000, minus_elbo=399.0, kl_weight_sigma=2.0)
    assert chosen("vae", [*vae_rows(), fresh]) == chosen("vae", vae_rows())


def test_a_bound_is_never_further_than_a_factor_of_three_from_the_worst_right_run():
    assert chosen("vae", vae_rows(collapse=1e6))["elbo"] == -300
    right = vae_rows()[:3]
    assert chosen("vae", right) == {"elbo": -300, "kl_weight": [0.333, 3]}


def test_few_seeds_make_no_narrow_gate_but_what_is_only_expected_moves_a_bound_by_half_of_the_room_at_most():
    """Student's t by scipy: the next of three runs may lie as far off as 22.3 standard deviations once in a thousand."""
    logs = [math.log(100 * (1 + s * 0.01)) for s in range(3)]
    mean, sd = statistics.mean(logs), statistics.stdev(logs)
    expected = math.exp(mean + scipy.stats.t.isf(1e-3, 2) * sd * math.sqrt(4 / 3))
    assert chosen("vae", vae_rows(spread=0.01))["elbo"] == pytest.approx(-math.sqrt(expected * 400), rel=3e-3)
    assert chosen("vae", vae_rows(spread=0.2))["elbo"] == pytest.approx(
        -math.sqrt(math.sqrt(140 * 400) * 400), rel=3e-3
    )


def test_two_runs_are_too_few_for_a_gate():
    assert chosen("vae", vae_rows()[1:]) is None


def test_a_right_run_beyond_a_bug_is_an_error_with_the_next_step():
    with pytest.raises(
        AutograderError,
        match=r"no gate separates minus_elbo: a right run has 100, a bug 99\. Give the run more",
    ):
        chosen("vae", vae_rows(collapse=99.0))


def test_both_games_share_a_gate_and_the_worse_one_places_it():
    values = {"class_score": 4.0, "frechet": 20.0, "neighbours": 0.6}
    one = {f"nonsaturating_{name}": value for name, value in values.items()}
    two = {"minimax_class_score": 3.0, "minimax_frechet": 25.0, "minimax_neighbours": 0.3}
    rows = [row(seed=s, **one, **two) for s in range(3)]
    rows += [
        row("no real term", "bug", minimax_class_score=1.0, minimax_frechet=36.0, minimax_neighbours=0.3)
    ]
    assert chosen("gan", rows) == {"class_score": 1.73, "frechet": 30.0, "neighbours": 0.1}


def test_a_gate_names_its_key_and_what_it_rests_on_and_keeps_what_a_person_chose():
    persons = {"data": "mnist", "elbo": -150.0}
    elsewhere = {"data": "mnist", "sha256": "d" * 64, "device": "cuda", "budget": "b", "elbo": -1.0}
    old = {
        "data": "mnist",
        "sha256": "d" * 64,
        "device": "cpu",
        "budget": "b",
        "elbo": -2.0,
        "too_good": -75.0,
    }
    gates = gates_of("vae", vae_rows(), [persons, elsewhere, old])
    assert gates[:2] == [persons, elsewhere]
    (new,) = gates[2:]
    found = new.pop("evidence")
    assert new == {
        "data": "mnist",
        "sha256": "d" * 64,
        "device": "cpu",
        "budget": "b",
        "elbo": -200.0,
        "kl_weight": [0.5, 1.5],
        "too_good": -75.0,
    }
    assert "Student's t" in found["method"]
    numbers = found["numbers"]["minus_elbo"]
    assert (numbers["seeds"], numbers["mean"], numbers["sd"]) == (3, 100, 0.0001)
    assert numbers["closest_bug"] == "decoder ignores z: 400"
    assert numbers["margin"] > 60
    assert 0 < numbers["false_fail"] < 1e-3
