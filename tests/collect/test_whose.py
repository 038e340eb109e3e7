"""Whose a submission is: laws of matching, whatever the names."""

from hypothesis import given
from hypothesis import strategies as st

from autograder.collect.labels import Label, read_label
from autograder.collect.whose import Unmatched, whose
from autograder.roster import Person, folded

WORD = st.sampled_from(["ada", "Ada", "bob", "Özil", "von", "1", "17", "e17", "king"])
NAME = st.lists(WORD, max_size=3).map(" ".join)
PEOPLE = st.lists(
    st.builds(Person, id=WORD, name=NAME, group=st.sampled_from(["", "team-1", "team-2"])),
    max_size=6,
    unique_by=lambda person: folded(person.id),
)
LABELS = st.builds(
    Label,
    tool=st.sampled_from(["moodle", "canvas", "plain"]),
    owner=st.just("x"),
    who=NAME | st.just("team 1"),
    number=st.sampled_from(["", "1", "17"]),
    file=st.just("x.zip"),
)


def found(label: Label, people: list[Person]) -> str | None:
    try:
        return whose(label, people)
    except Unmatched:
        return None


@given(LABELS, PEOPLE)
def test_nobody_is_preferred_for_standing_first(label: Label, people: list[Person]) -> None:
    """A guess would depend on the order of the roster."""
    backwards = list(reversed(people))
    assert found(label, people) == found(label, backwards)


@given(LABELS, PEOPLE)
def test_only_the_roster_names_somebody(label: Label, people: list[Person]) -> None:
    assert found(label, people) in {None, *(p.id for p in people), *(p.group for p in people if p.group)}


@given(PEOPLE, st.data())
def test_an_id_always_means_its_person(people: list[Person], data: st.DataObject) -> None:
    if people:
        person = data.draw(st.sampled_from(people))
        label = Label("plain", person.id, person.id.upper(), "", "x.zip")
        assert found(label, people) == (person.group or person.id)


@given(st.text(max_size=40))
def test_any_path_has_a_label_with_an_owner(path: str) -> None:
    label = read_label("x" + path)
    assert label.owner
    assert label.tool in ("moodle", "canvas", "plain")
