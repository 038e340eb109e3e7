"""A person's mark as a page shows it: the chosen items in words, and whether they explain the points."""

from dataclasses import dataclass

from autograder.results.marks import Mark
from autograder.spec.model import Spec


@dataclass(frozen=True)
class ChosenItem:
    """An item that applied; one that the rubric no longer has is its id, without points."""

    text: str
    points: float | None


@dataclass(frozen=True)
class MarkView:
    """A mark, its items, and what they add up to if that is not what was given."""

    mark: Mark
    items: tuple[ChosenItem, ...]
    other_total: float | None


def mark_view(mark: Mark, spec: Spec, *, staff: bool) -> MarkView:
    """What `staff` (or the student) sees of a mark; items for assistants only are not for students."""
    rubric = spec.rubrics.get(mark.question)
    for_staff = {item.id for item in spec.staff_items}
    items = []
    for item_id in mark.items:
        if item_id in for_staff and not staff:
            continue
        item = rubric.item(item_id) if rubric is not None else None
        items.append(ChosenItem(item_id, None) if item is None else ChosenItem(item.text, item.points))
    total = None
    if rubric is not None and mark.items:
        total = rubric.points(mark.items, spec.question(mark.question).points)
    return MarkView(mark, tuple(items), None if total == mark.points else total)
