"""What a page shows of the GAN runs: pictures with one sentence each, and the gradients as a drawing."""

import re
from collections.abc import Callable

import pytest

from autograder.feedback.curve import HEIGHT, WIDTH
from autograder.feedback.pages import staff_page, student_page
from autograder.feedback.saturation import saturation_chart
from autograder.results.model import Criterion, GanGame, GanTraining, Image, Result, SaturationTraining
from autograder.spec.model import Spec
from tests.results.graded_with import DUE

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
RUN = SaturationTraining(
    moments=[0, 5, 50],
    minimax=[0.02, 0.02, 0.001],
    nonsaturating=[0.02, 0.1, 1.0],
    text="The minimax gradient falls.",
)


@pytest.fixture
def trained(result: Result) -> Result:
    """A result with both GAN runs in its last automatic question."""
    question = result.question("9-2d")
    for name in ("gan", "saturation"):
        question.criteria.append(
            Criterion(
                id=f"{name}.training",
                title=f"run {name}",
                kind="training",
                score=1,
                max_score=1,
                status="passed",
                visibility="visible",
            )
        )
    question.max_score += 2
    result.max_score += 2
    games = [
        GanGame(name="nonsaturating", image=Image(title="t", png=PNG, text="<b>Digits</b> of all kinds.")),
        GanGame(name="minimax", text="The minimax game: Training stopped after 3 of 400 steps."),
    ]
    images = [Image(title="28×28 digits, not graded", png=PNG)]
    result.training.gan = GanTraining(games=games, images=images, replaced=["discriminator_loss"])
    result.training.saturation = RUN
    return result


def test_each_game_has_its_picture_and_sentence_or_says_how_it_ended(
    trained: Result, spec_of: Callable[..., Spec]
) -> None:
    spec = spec_of(trained)
    for page in (
        student_page(trained, spec, {}, DUE),
        staff_page(trained, spec, {}, DUE, answers={}, stale={}),
    ):
        assert "<figcaption>&lt;b&gt;Digits&lt;/b&gt; of all kinds.</figcaption>" in page
        assert "Training stopped after 3 of 400 steps." in page
        assert "<figcaption>28×28 digits, not graded</figcaption>" in page
        assert "our own version stood in for discriminator_loss" in page
        assert page.count('class="norm ') == 2
        assert "The minimax gradient falls." in page


def test_each_run_stands_under_its_own_criterion_only(trained: Result, spec_of: Callable[..., Spec]) -> None:
    page = student_page(trained, spec_of(trained), {}, DUE)
    after = page[page.index("run gan") :]
    assert page.index("Digits&lt;/b&gt;") > page.index("run gan")
    assert re.search(r"run gan.*of all kinds.*run saturation.*class=\"norm", after, re.DOTALL)
    assert page.count("of all kinds") == 1


def test_norms_are_drawn_on_a_logarithmic_scale_with_ticks_at_powers_of_ten() -> None:
    chart = saturation_chart(RUN)
    assert chart is not None
    upper, lower = chart.lines
    assert (upper.name, lower.name) == ("nonsaturating", "minimax")
    assert upper.points[0] == lower.points[0]
    ys = [y for _, y in upper.points]
    decade = (ys[1] - ys[2]) / 1.0  # from 0.1 to 1
    assert lower.points[2][1] - upper.points[2][1] == pytest.approx(3 * decade, abs=0.3)
    assert [tick.label for tick in chart.y_ticks] == ["0.001", "0.01", "0.1", "1", "10"]
    assert [tick.label for tick in chart.x_ticks] == ["0", "5", "50"]
    everywhere = [p for line in chart.lines for p in line.points]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in everywhere)


def test_a_gradient_of_zero_is_drawn_at_the_bottom_and_half_a_run_not_at_all() -> None:
    assert saturation_chart(RUN.model_copy(update={"minimax": [0.02, 0.0, 0.0]})) is not None
    assert saturation_chart(RUN.model_copy(update={"minimax": [0.02]})) is None
    assert saturation_chart(SaturationTraining()) is None


@pytest.mark.parametrize(("weight", "shown"), [(2.031, "2.03, by the σ"), ("nan", None), (None, None)])
def test_the_implied_weight_of_the_kl_term_is_shown_where_there_is_one(
    result: Result, spec_of: Callable[..., Spec], weight: float | str | None, shown: str | None
) -> None:
    assert result.training.vae is not None
    result.training.vae.kl_weight_sigma = weight
    page = staff_page(result, spec_of(result), {}, DUE, answers={}, stale={})
    assert ("implied weight of the KL term" in page) == (shown is not None)
    assert shown is None or shown in page
