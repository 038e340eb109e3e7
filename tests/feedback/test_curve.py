"""The loss curve as geometry."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.feedback.curve import HEIGHT, LABEL_HEIGHT, POINTS, WIDTH, loss_curve
from autograder.results.model import VaeTraining


def points(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in path.split()]


def test_a_falling_loss_falls_on_the_page_and_runs_from_left_to_right() -> None:
    curve = loss_curve(VaeTraining(steps=100, loss=[200.0 - s for s in range(100)]))
    xs, ys = zip(*points(curve.path), strict=True)
    assert list(xs) == sorted(xs)
    assert list(ys) == sorted(ys)  # SVG counts downwards
    assert (xs[0], xs[-1]) == (curve.left, curve.right)


def test_the_measured_bound_the_gate_and_the_collapse_level_are_lines_at_minus_elbo() -> None:
    run = VaeTraining(loss=[300.0, 100.0], trusted_elbo=-104.2, gate_elbo=-120.0, collapse_elbo=-206.4)
    levels = {level.name: level for level in loss_curve(run).levels}
    assert {level.label for level in levels.values()} == {"−ELBO 104.2", "to pass 120.0", "z ignored 206.4"}
    assert levels["collapse"].y < levels["gate"].y < levels["trusted"].y


def test_labels_of_lines_that_lie_together_are_apart() -> None:
    run = VaeTraining(loss=[300.0, 100.0], trusted_elbo=-104.0, gate_elbo=-104.1, collapse_elbo=-104.2)
    ys = sorted(level.label_y for level in loss_curve(run).levels)
    assert all(b - a >= LABEL_HEIGHT for a, b in itertools.pairwise(ys))


def test_steps_without_a_finite_loss_are_counted_not_drawn() -> None:
    curve = loss_curve(VaeTraining(loss=[1.0, "nan", "inf", 2.0, 1e300]))
    assert curve.not_finite == 3
    assert len(points(curve.path)) == 2


@pytest.mark.parametrize("loss", [[], ["nan"], ["inf", "-inf"]])
def test_no_finite_loss_no_curve(loss: list[float | str]) -> None:
    assert loss_curve(VaeTraining(loss=loss)) is None


def test_a_long_run_is_drawn_with_few_points() -> None:
    assert len(points(loss_curve(VaeTraining(loss=[1.0] * 50_000)).path)) <= POINTS


@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50),
    st.floats(-1e6, 1e6) | st.none(),
)
def test_any_loss_gives_numbers_that_svg_can_draw(loss: list[float], elbo: float | None) -> None:
    curve = loss_curve(VaeTraining(loss=loss, trusted_elbo=elbo))
    if curve is not None:
        numbers = [n for pair in points(curve.path) for n in pair]
        numbers += [t.position for t in (*curve.x_ticks, *curve.y_ticks)] + [v.y for v in curve.levels]
        assert all(math.isfinite(n) and abs(n) < 100 * (WIDTH + HEIGHT) for n in numbers)
        assert len(curve.y_ticks) < 20
