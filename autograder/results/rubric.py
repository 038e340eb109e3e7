"""A rubric: by which items people mark a written answer, and what a choice of items is worth."""

import difflib
from collections.abc import Collection, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ItemId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RubricItem(_Part):
    """One thing that can be seen in an answer, and what it adds."""

    id: ItemId
    points: float = Field(ge=-1000, le=1000, description="negative: what it takes away")
    text: str = Field(min_length=1)
    group: str | None = Field(None, description="of the items of a group at most one applies")


class _Answer(_Part):
    text: str = Field(min_length=1)


class TypicalAnswer(_Answer):
    """A wrong answer that comes again and again, and how all assistants treat it."""

    loses: tuple[str, ...] = Field(min_length=1, description="ids of the items that it does not earn")
    gets: tuple[str, ...] = Field((), description="ids of the smaller or negative items that apply instead")


class ExampleAnswer(_Answer):
    """An answer to practise on: assistants mark it alone, then compare."""

    items: tuple[str, ...] = Field(description="ids of the items that apply")


class Rubric(_Part):
    """The items of one written question. Any set of items may apply, of every group at most one."""

    items: tuple[RubricItem, ...] = Field(min_length=1)
    typical: tuple[TypicalAnswer, ...] = ()
    examples: tuple[ExampleAnswer, ...] = ()
    note: str = ""

    @property
    def attainable(self) -> float:
        """The most points that a choice of items can give."""
        best = {item.group or f"item {item.id}": 0.0 for item in self.items}
        for item in self.items:
            name = item.group or f"item {item.id}"
            best[name] = max(best[name], item.points)
        return sum(best.values())

    def item(self, item_id: str) -> RubricItem | None:
        return next((item for item in self.items if item.id == item_id), None)

    def points(self, chosen: Collection[str], max_points: float) -> float:
        """The sum of the chosen items, at least 0 and at most `max_points`."""
        total = sum(item.points for item in self.items if item.id in chosen)
        return min(max(round(total, 4), 0.0), max_points)

    def left(self, answer: TypicalAnswer) -> float:
        """What a typical wrong answer keeps if it is right in everything else."""
        lost, got = (
            sum(item.points for item in self.items if item.id in ids) for ids in (answer.loses, answer.gets)
        )
        return max(round(self.attainable - lost + got, 4), 0.0)

    def check(self, chosen: Sequence[str]) -> None:
        """Raise ValueError, with the fix, for an item that is unknown, named twice, or excluded by another one."""
        ids = [item.id for item in self.items]
        taken: dict[str, str] = {}
        for position, item_id in enumerate(chosen):
            item = self.item(item_id)
            if item is None:
                raise ValueError(f"no rubric item is called {item_id!r}; {_did_you_mean(item_id, ids)}")
            if item_id in chosen[:position]:
                raise ValueError(f"the item {item_id} stands twice; keep one")
            if item.group is not None:
                other = taken.setdefault(item.group, item_id)
                if other != item_id:
                    group = ", ".join(i.id for i in self.items if i.group == item.group)
                    raise ValueError(f"{other} and {item_id} exclude each other; keep one of {group}")


def _did_you_mean(item_id: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(item_id, known, n=1)
    guess = f"did you mean {close[0]}? The" if close else "the"
    return f"{guess} rubric has {', '.join(known)}"
