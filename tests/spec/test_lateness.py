"""Late penalties: the laws that any schedule keeps, and the instants at which they change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.spec.lateness import DAY, Lateness, lateness
from autograder.spec.model import Schedule

DUE = datetime(2027, 1, 15, 22, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)
SPANS = st.timedeltas(timedelta(days=-5), timedelta(days=40))
SCHEDULES = st.builds(
    Schedule,
    due=st.just(DUE),
    grace_minutes=st.sampled_from([0, 15, 0.5, 1440]),
    late_per_day=st.sampled_from([0, 0.1, 0.25, 1 / 3, 1]),
    free_late_days=st.integers(0, 3),
)
EXTENSIONS = st.none() | st.timedeltas(timedelta(0), timedelta(days=10)) | SPANS.map(lambda span: DUE + span)


@given(SCHEDULES, EXTENSIONS, SPANS)
def test_what_is_kept_is_a_fraction(
    schedule: Schedule, extension: timedelta | datetime | None, span: timedelta
) -> None:
    found = lateness(DUE + span, schedule, extension)
    assert 0 <= found.kept <= 1
    assert found.days >= 0


@given(SCHEDULES, EXTENSIONS, SPANS, SPANS)
def test_later_never_keeps_more(
    schedule: Schedule, extension: timedelta | datetime | None, one: timedelta, other: timedelta
) -> None:
    early, late = sorted((one, other))
    first, second = (lateness(DUE + span, schedule, extension) for span in (early, late))
    assert first.days <= second.days
    assert first.kept >= second.kept


@given(SCHEDULES, SPANS, st.timedeltas(timedelta(0), timedelta(days=10)))
def test_an_extension_shifts_the_clock(schedule: Schedule, span: timedelta, extension: timedelta) -> None:
    extended = lateness(DUE + span + extension, schedule, extension)
    assert extended == lateness(DUE + span, schedule)
    assert extended == lateness(DUE + span + extension, schedule, DUE + extension)


@given(SCHEDULES, SPANS, st.timedeltas(timedelta(days=-10), timedelta(0)))
def test_a_deadline_of_ones_own_never_shortens(schedule: Schedule, span: timedelta, by: timedelta) -> None:
    assert lateness(DUE + span, schedule, DUE + by) == lateness(DUE + span, schedule)


@pytest.mark.parametrize(
    ("after", "days"),
    [
        (timedelta(0), 0),
        (SECOND, 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=15) + SECOND, 1),
        (timedelta(minutes=15) + DAY, 1),
        (timedelta(minutes=15) + DAY + SECOND, 2),
    ],
)
def test_grace_ends_to_the_second_and_moves_every_later_day(after: timedelta, days: int) -> None:
    schedule = Schedule(due=DUE, grace_minutes=15, late_per_day=0.1)
    assert lateness(DUE + after, schedule) == Lateness(days, 1 - 0.1 * days)


@pytest.mark.parametrize(("days", "kept"), [(0, 1), (2, 1), (3, 0.75), (6, 0), (30, 0)])
def test_free_days_cost_nothing_and_the_score_never_falls_below_zero(days: int, kept: float) -> None:
    schedule = Schedule(due=DUE, late_per_day=0.25, free_late_days=2)
    assert lateness(DUE + days * DAY, schedule) == Lateness(days, kept)


def test_times_are_instants_in_whatever_zone_they_are_written() -> None:
    schedule = Schedule(due=datetime.fromisoformat("2027-01-15T23:59:00+01:00"), late_per_day=0.1)
    in_tokyo = datetime.fromisoformat("2027-01-16T07:59:00+09:00")
    assert lateness(in_tokyo, schedule).days == 0
    assert lateness(in_tokyo + SECOND, schedule).days == 1


def test_a_day_has_24_hours_also_when_clocks_are_put_forward() -> None:
    """In Berlin the night to 2027-03-28 lasts an hour less: the same wall clock time a day later is 23 hours later."""
    berlin = ZoneInfo("Europe/Berlin")
    schedule = Schedule(due=datetime(2027, 3, 27, 23, 59, tzinfo=berlin), late_per_day=0.1)
    assert schedule.due is not None
    utc = schedule.due.astimezone(UTC)
    assert datetime(2027, 3, 28, 23, 59, tzinfo=berlin).astimezone(UTC) - utc == timedelta(hours=23)
    assert lateness(datetime(2027, 3, 29, 0, 59, tzinfo=berlin), schedule).days == 1
    assert lateness(datetime(2027, 3, 29, 1, 0, tzinfo=berlin), schedule).days == 2


@pytest.mark.parametrize("schedule", [Schedule(late_per_day=0.5), Schedule(due=DUE, late_per_day=0.5)])
def test_an_unknown_time_or_no_due_date_costs_nothing(schedule: Schedule) -> None:
    received_at = None if schedule.due else DUE + 9 * DAY
    assert lateness(received_at, schedule) == Lateness(0, 1.0)
