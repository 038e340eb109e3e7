"""feedback.html: what was tested, what came back, what to look at."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from autograder.feedback.pages import staff_page, student_page
from autograder.feedback.words import together
from autograder.results.answers import answer_sha256
from autograder.results.marks import Mark
from autograder.results.model import Hint, Result, Status
from autograder.spec.model import Spec

PUBLISHED = datetime(2027, 2, 1, 12, 0, tzinfo=UTC)
OPEN = datetime(2026, 12, 10, tzinfo=UTC)
EARLY = PUBLISHED - timedelta(days=1)  # after the due date, before publishing

MARK = Mark(
    submission="group07",
    question="9-2d-written",
    items=["vanishing-gradient"],
    points=2.5,
    comment="Right.\nWhich loss repairs it?",
    marker="Ada Lovelace",
    time=EARLY,
    answer_sha256=answer_sha256(""),
)


def text_of(page: str) -> str:
    """The words of a page in reading order."""
    body = page.split("<body", 1)[1].split(">", 1)[1]
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def question(page: str, id: str) -> str:
    """The words of one question's section."""
    return text_of("<body>" + re.split(rf'<section id="q-{id}">', page)[1].split("</section>")[0])


@pytest.fixture
def early(result: Result, spec: Spec) -> str:
    return student_page(result, spec, {"9-2d-written": MARK}, OPEN)


@pytest.fixture
def late(result: Result, spec: Spec) -> str:
    return student_page(result, spec, {"9-2d-written": MARK}, PUBLISHED)


def test_before_publishing_the_score_is_of_what_is_seen_and_says_what_is_missing(early: str) -> None:
    words = text_of(early)
    assert "18.4 of 35.6 points on what you can see now" in words
    assert "27.4 points: 13 hidden criteria" in words
    assert "35 points: written answers, marked by a person" in words
    assert "2 points: not graded yet" in words
    assert "100 points in all" in words
    assert 35.6 + 27.4 + 35 + 2 == 100


def test_after_publishing_the_score_joins_the_machine_and_people(late: str) -> None:
    words = text_of(late)
    assert "36.6 of 100 points" in words  # 34.1 and 2.5
    assert (
        "Not the final mark yet: 32 points are still to be marked by a person and 4 points are not graded yet."
        in words
    )


def test_a_complete_mark_has_no_reservation(result: Result, spec: Spec) -> None:
    result.status = "graded"
    for criterion in result.question("9-2d").criteria:
        criterion.status, criterion.score = "passed", 2.0
    marks = {
        q.id: MARK.model_copy(update={"question": q.id, "points": 1.0})
        for q in result.questions
        if q.kind == "written"
    }
    words = text_of(student_page(result, spec, marks, PUBLISHED))
    assert "47.1 of 100 points" in words  # 34.1 + 4 + 9
    assert "final" not in words
    assert "fault" not in words


def test_a_recognised_mistake_is_the_headline_and_said_once(early: str) -> None:
    words = question(early, "9-1a")
    assert words.count("Your values equal the formula without the constant −½") == 1
    assert "kl_normal.no_half" not in early


def test_a_broken_identity_stands_above_its_gap_table(late: str) -> None:
    words = question(late, "9-1a")
    assert (
        "KL = log(σ₂/σ₁) + (σ₁² + (μ₁−μ₂)²)/(2σ₂²) − ½ ✗ the result differs in 6 of 6 entries, by up to 0.5 "
        "index mu1 sigma1 mu2 sigma2 yours expected difference "
        "0, 0 4.081838 0.3642215 -0.5625748 0.8225052 16.85506 16.35506 0.5" in words
    )


def test_before_the_due_date_the_table_says_when_expected_numbers_come(early: str) -> None:
    words = question(early, "9-1a")
    assert "index mu1 sigma1 mu2 sigma2 yours 0, 0 4.081838" in words
    assert "16.35506" not in early
    assert "Expected values are shown after the due date (15 January 2027, 23:59 UTC)." in words


def test_one_table_for_a_broken_identity_is_enough(result: Result, spec: Spec) -> None:
    criterion = result.question("9-1a").criteria[0]
    criterion.evidence = criterion.evidence * 3
    assert question(student_page(result, spec, {}, EARLY), "9-1a").count("expected difference") == 1


def test_what_passed_says_what_was_tested(early: str) -> None:
    assert (
        "✓ passed kl_standard_normal the formula 2.5 / 2.5 "
        "Tested: KL = ½(μ² + e^logvar − logvar − 1) · equals kl_normal(μ, e^{logvar/2}, 0, 1)"
        in question(early, "9-1b")
    )


def test_a_question_with_hidden_criteria_is_passed_so_far_not_passed(early: str, late: str) -> None:
    assert "✓ passed so far 3.3 / 6" in question(early, "9-1b")
    assert "✓ passed 6 / 6" in question(late, "9-1b")


def test_a_stub_is_told_once_which_exercise_it_is_however_many_identities_it_breaks(
    result: Result, spec: Spec
) -> None:
    value = result.question("9-2b").criteria[0]
    value.facts.append(value.facts[0].model_copy(update={"title": "J_D ≥ 0"}))
    words = question(student_page(result, spec, {}, OPEN), "9-2b")
    assert words.count("not written yet (discriminator_loss: exercise 9-2 (b))") == 1
    assert "Not met for the same reason: J_D = −½E[log D(x)] − ½E[log(1−D(G(z)))] · J_D ≥ 0" in words


def test_a_timeout_and_a_crash_say_what_to_look_at(early: str) -> None:
    slow, crashed = question(early, "9-1d"), question(early, "9-2c")
    assert "elbo did not answer within 5 seconds of computing time, twice" in slow
    assert "✗ too slow elbo" in slow
    assert (
        "Look for a loop that does not end, or for a Python loop where one tensor operation would do." in slow
    )
    assert "✗ crashed generator_loss_minimax" in crashed
    assert "look for exit calls and for native code that fails" in crashed


def test_what_was_skipped_says_because_of_what_and_what_it_earns(early: str) -> None:
    assert (
        "Not run, because elbo_decomposition failed: it earns the same fraction as elbo_decomposition did."
        in question(early, "9-1c")
    )


def test_a_fault_of_ours_is_called_that_costs_nothing_and_keeps_its_cause_to_staff(
    early: str, late: str
) -> None:
    for page in (early, late):
        words = question(page, "9-2d")
        assert "This could not be graded because of a fault on our side. It costs you nothing" in words
        assert "! could not be graded – / 4" in words
        assert "sandbox" not in words
    assert "Some parts could not be graded because of a fault on our side." in text_of(early)


def test_a_hidden_criterion_shows_title_and_points_when_published_and_nothing_else(late: str) -> None:
    assert (
        "✗ failed predictions predictions about the worked VAE 0 / 2 What it looks at stays hidden."
        in question(late, "9-1e")
    )
    assert "LATENT_SHAPE" not in late


def test_the_training_run_is_drawn_when_its_criterion_is_shown(early: str, late: str) -> None:
    words = question(late, "9-1e")
    assert "−ELBO 104.2" in words
    assert "to pass 120.0" in words
    assert "z ignored 206.4" in words
    assert "-104.2 nats per image, measured by the grader" in words
    assert late.count("data:image/png;base64,") == 2
    assert "<polyline" not in early
    assert "104.2" not in early


def test_a_persons_mark_is_shown_when_published_with_rubric_items_and_comment(early: str, late: str) -> None:
    assert "marked by a person 2.5 / 3 vanishing-gradient Right. Which loss repairs it?" in text_of(late)
    assert "Which loss" not in early
    assert "9-2d-written Why learning may be slow … to be marked by a person" in text_of(early)
    assert "Ada Lovelace" not in late


def test_notes_about_the_files_are_shown(early: str) -> None:
    assert "generative/training.py differs from the handed-out file; ours was used." in text_of(early)


def test_an_older_handout_is_named(result: Result, spec: Spec) -> None:
    result.sheet_version = "2025.1"
    words = text_of(student_page(result, spec, {}, OPEN))
    assert "Graded as sheet 2025.1; the current one is 2026.1." in words


def test_a_submission_that_could_not_be_opened_has_the_reason_in_place_of_criteria(
    result: Result, spec: Spec
) -> None:
    result.status, result.message = (
        "refused",
        "a link leads out of the archive: pack the folder without links",
    )
    result.submission.notes = []
    page = student_page(result, spec, {}, OPEN)
    assert "could not be opened, so nothing in it was tested. a link leads out of the archive" in text_of(
        page
    )
    assert '<ul class="plain criteria">' not in page.split("Written answers")[0]


def test_flags_are_never_on_a_students_page(early: str, late: str) -> None:
    assert "group11" not in early + late


def test_a_run_without_training_has_a_page(result: Result, spec: Spec) -> None:
    result.training.vae, result.data = None, None
    assert "data set" not in student_page(result, spec, {}, PUBLISHED)


@pytest.mark.parametrize(
    ("statuses", "one"),
    [
        (["passed", "passed"], "passed"),
        (["passed", "failed"], "partial"),
        (["failed", "timeout"], "timeout"),
        (["failed", "skipped"], "failed"),
        (["pending", "passed"], "pending"),
        (["passed", "failed", "grader_error"], "grader_error"),
    ],
)
def test_several_statuses_make_one(statuses: list[Status], one: Status) -> None:
    assert together(statuses) == one


def test_a_question_that_is_wholly_hidden_is_shown_later(
    result: Result, spec_of: Callable[..., Spec]
) -> None:
    for criterion in result.question("9-2b").criteria:
        criterion.visibility = "after_published"
    page = student_page(result, spec_of(result), {}, OPEN)
    assert "… shown later – / 6" in question(page, "9-2b")
    assert "not written yet" not in page


MISSING_HALF = Hint(bug="b", text="The factor ½ is missing.", mistake="missing_half", exact=True)
ELSEWHERE = "The same mistake is charged in full at 9-1b, kl_standard_normal; here only 25 % of the loss."


@pytest.fixture
def repeated(result: Result) -> Result:
    """The first question has a part of its points, for a mistake that the second one is charged for."""
    charged = result.question("9-1b").criteria[0]
    charged.status, charged.score, charged.hint = "failed", 0.0, MISSING_HALF
    for criterion in result.question("9-1a").criteria[:2]:
        criterion.status, criterion.score = "partial", 1.5
        criterion.hint, criterion.credit = MISSING_HALF, ELSEWHERE
    return result


def test_a_failed_criterion_with_points_says_once_why_it_has_them(repeated: Result, spec: Spec) -> None:
    words = question(student_page(repeated, spec, {}, PUBLISHED), "9-1a")
    assert words.count("◐ failed, part of the points") == 2
    assert words.count(ELSEWHERE) == 1


def test_a_charge_is_not_told_before_its_own_failure_may_be_seen(
    repeated: Result, spec_of: Callable[..., Spec]
) -> None:
    for criterion in repeated.question("9-1b").criteria:
        criterion.visibility = "after_published"
    spec = spec_of(repeated)
    early, late = (student_page(repeated, spec, {}, time) for time in (EARLY, PUBLISHED))
    assert "kl_standard_normal" not in question(early, "9-1a")
    assert (
        "It keeps a part of its points; the reason is shown with criteria that are still hidden."
        in question(early, "9-1a")
    )
    assert ELSEWHERE in question(late, "9-1a")


def test_a_credit_is_not_told_of_a_criterion_that_shows_its_outcome_only(
    repeated: Result, spec_of: Callable[..., Spec]
) -> None:
    for criterion in repeated.question("9-1a").criteria:
        criterion.visibility = "hidden"
    words = question(student_page(repeated, spec_of(repeated), {}, PUBLISHED), "9-1a")
    assert "1.5 / 3" in words
    assert "charged" not in words
    assert "½ is missing" not in words


def test_what_was_judged_without_anothers_slip_names_it_passed_or_failed(result: Result, spec: Spec) -> None:
    passed, failed = result.question("9-1d").criteria[:2]
    passed.status, failed.status = "passed", "failed"
    passed.rests_on, failed.rests_on = ["elbo_decomposition"], ["elbo_decomposition", "discriminator_loss"]
    words = question(student_page(result, spec, {}, PUBLISHED), "9-1d")
    assert "Judged as if elbo_decomposition were right: its own mistake is charged at 9-1c." in words
    assert (
        "Judged as if elbo_decomposition and discriminator_loss were right: "
        "their own mistakes are charged at 9-1c and 9-2b." in words
    )


def test_anothers_slip_is_not_named_before_it_may_be_seen(
    result: Result, spec_of: Callable[..., Spec]
) -> None:
    for criterion in result.question("9-2b").criteria:
        criterion.visibility = "after_published"
    result.question("9-1a").criteria[0].rests_on = ["discriminator_loss"]
    spec = spec_of(result)
    assert "Judged as if" not in question(student_page(result, spec, {}, EARLY), "9-1a")
    assert "Judged as if discriminator_loss were right" in question(
        student_page(result, spec, {}, PUBLISHED), "9-1a"
    )


def test_a_second_functions_mistake_is_said_at_its_first_criterion(result: Result, spec: Spec) -> None:
    own = result.question("9-1c")
    other = MISSING_HALF.model_copy(update={"text": "The sum is missing."})
    functions = list(dict.fromkeys(c.id.partition(".")[0] for c in own.criteria))
    for criterion in own.criteria:
        criterion.status, criterion.because = "failed", None
        criterion.hint = MISSING_HALF if criterion.id.startswith(f"{functions[0]}.") else other
    words = question(student_page(result, spec, {}, PUBLISHED), "9-1c")
    assert f"{functions[0]} : The factor ½ is missing." in words
    assert (words.count("The factor ½ is missing."), words.count("The sum is missing.")) == (1, 1)


def test_assistants_see_every_broken_identity_and_what_kind_of_mistake_it_is(
    repeated: Result, spec: Spec
) -> None:
    value = repeated.question("9-1a").criteria[0]
    value.facts = [
        f.model_copy(update={"status": "failed", "message": f"differs by {f.id}"}) for f in value.facts
    ]
    student = question(student_page(repeated, spec, {}, PUBLISHED), "9-1a")
    staff = question(staff_page(repeated, spec, {}, PUBLISHED, answers={}, stale={}), "9-1a")
    assert len(value.facts) > 1
    assert [f"differs by {f.id}" in staff for f in value.facts] == [True] * len(value.facts)
    assert [f"differs by {f.id}" in student for f in value.facts] == [True] + [False] * (len(value.facts) - 1)
    assert "known bug: b (missing_half, and nothing else)" in staff
    assert "missing_half" not in student
