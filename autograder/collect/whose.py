"""Whose a submission is: the one person or group of the roster that a name can mean, or nobody. Never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from autograder.collect.labels import Label
from autograder.roster import Person, folded


class Unmatched(ValueError):
    """The reason, for the list of what was not collected."""


def whose(label: Label, people: Sequence[Person]) -> str:
    """The id of the person, or of the group that the person or the name belongs to.

    In this order, and each time only if it is one alone: the tool's number or the name is an id, a mail address or a
    group; it is the person's name (in any order of its words, as tools write it); it contains an id as a word of
    its own (only for plain folders and archives).

    Raises:
        Unmatched: nobody, or several.
    """
    name = folded(label.who)
    for candidates in _candidates(label, name, people):
        if len(candidates) > 1:
            raise Unmatched(f"fits {' and '.join(sorted(candidates))}; rename it to the id that is meant")
        if candidates:
            return candidates.pop()
    if not name:
        raise Unmatched("is anonymous; download it again with names")
    raise Unmatched("fits nobody in the roster; add the person, or rename it to the id")


def _candidates(label: Label, name: str, people: Sequence[Person]) -> Iterator[set[str]]:
    numbers = {folded(label.number)} if label.tool == "canvas" and label.number else set()
    yield {_hands_in_as(p) for p in people if (numbers | {name}) & p.keys} | _groups(name, people)
    packed = _packed(name)
    yield {_hands_in_as(p) for p in people if packed and packed in _spellings(p.name)}
    if label.tool == "plain":
        yield {_hands_in_as(p) for p in people if _contains(name, p.id)} | {
            p.group for p in people if p.group and _contains(name, p.group)
        }


def _hands_in_as(person: Person) -> str:
    return person.group or person.id


def _groups(name: str, people: Iterable[Person]) -> set[str]:
    return {p.group for p in people if p.group and _packed(folded(p.group)) == _packed(name)}


def _packed(name: str) -> str:
    """Letters and digits alone: what is left of a name in a file's name."""
    return "".join(c for c in name if c.isalnum())


def _spellings(name: str) -> set[str]:
    """A name packed with its words in every rotation: Ada King Lovelace, Lovelace Ada King, King Lovelace Ada."""
    words = [packed for word in folded(name).replace(",", " ").split() if (packed := _packed(word))]
    return {"".join(words[k:] + words[:k]) for k in range(len(words))}


def _contains(name: str, id: str) -> bool:
    return re.search(rf"(?<![^\W_]){re.escape(folded(id))}(?![^\W_])", name) is not None
