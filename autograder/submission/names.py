"""Names for submissions: the roster's id, else the shortest part of the path that no other submission shares."""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

ARCHIVE_SUFFIXES = (".tar.gz", ".tgz", ".zip")
CLASS_FOLDERS = frozenset({"exports"})  # of a class, beside those of its submissions
LONGEST = 60  # characters: a file name may have 255 bytes, and a character up to four

Parts = tuple[str, ...]  # of a path, from the outside in


def name_submissions(paths: Sequence[Path], roster_ids: Collection[str] = ()) -> dict[Path, str]:
    """A name for each path, in the order given; a path that is given twice is one submission.

    Names are fit to be a folder's name and differ even where case does not count. `alice/generative-models` and
    `bob/generative-models` are alice and bob; `a/v1`, `a/v2`, `b/v1` and `b/v2` are a-v1, a-v2, b-v1 and b-v2.
    With a roster a name is the id that a part of the path equals, or else contains as a word of its own, the innermost
    first; parts that all paths share name nobody. Several submissions under one id are `id-v1`, `id-v2`.
    """
    places: dict[str, Path] = {}
    for path in paths:
        places.setdefault(os.path.abspath(path), path)
    parts = {path: _parts(place) for place, path in places.items()}
    shared = _shared(parts.values())
    short = _shortest(
        {path: tuple(map(_safe, own[min(shared, len(own) - 1) :])) for path, own in parts.items()}
    )
    ids = _roster_matches(parts, roster_ids)
    times = Counter(ids.values())
    return _distinct(
        {
            path: short[path]
            if path not in ids
            else _safe(ids[path], also=".@+")
            if times[ids[path]] == 1
            else _safe(f"{ids[path]}-{short[path].removeprefix(ids[path] + '-')}", also=".@+")
            for path in parts
        }
    )


def _parts(place: str) -> Parts:
    *outer, last = Path(place).parts
    suffix = next((s for s in ARCHIVE_SUFFIXES if last.lower().endswith(s)), "")
    return (*outer[1:], last.removesuffix(last[len(last) - len(suffix) :]))


def _safe(text: str, also: str = "") -> str:
    """Letters, digits, `_`, `-` and characters in `also`; one `-` for everything else.

    Without a dot, so that no submission takes the place of the class's own files (index.html, grades.csv).
    """
    plain = "".join(
        c if c.isalnum() or c in "_-" or c in also else " " for c in unicodedata.normalize("NFC", text)
    )
    name = "-".join(plain.split()).strip("-.") or "submission"
    return f"{name}-submission" if _folded(name) in CLASS_FOLDERS else name


def _shortest(parts: Mapping[Path, Parts]) -> dict[Path, str]:
    """For each path the innermost part that no other path has, or else its shortest end that no other path has."""
    holders = Counter(key for own in parts.values() for key in set(map(_folded, own)))
    ends = Counter(_folded(_end(own, k)) for own in parts.values() for k in range(1, len(own) + 1))
    names = {}
    for path, own in parts.items():
        single = (part for part in reversed(own) if holders[_folded(part)] == 1)
        joined = (end for k in range(1, len(own)) if ends[_folded(end := _end(own, k))] == 1)
        names[path] = next(single, None) or next(joined, None) or "-".join(own)
    return names


def _end(parts: Parts, count: int) -> str:
    return "-".join(parts[-count:])


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _roster_matches(parts: Mapping[Path, Parts], roster_ids: Collection[str]) -> dict[Path, str]:
    """The roster id of each path that has one."""
    ids = {_folded(id): id for id in roster_ids if id}
    if not ids:
        return {}
    longest_first = "|".join(re.escape(id) for id in sorted(ids, key=len, reverse=True))
    word = re.compile(rf"(?<![^\W_])(?:{longest_first})(?![^\W_])")

    def equal(part: str) -> set[str]:
        return {part} & ids.keys()

    def contained(part: str) -> set[str]:
        return set(word.findall(part))

    # A path that is alone shares everything with itself: then its last two parts may name somebody.
    shared = _shared(parts.values()) if len(parts) > 1 else -2
    found = {
        path: _first_id([_folded(p) for p in own[shared:]], equal, contained) for path, own in parts.items()
    }
    return {path: ids[key] for path, key in found.items() if key is not None}


def _first_id(parts: Sequence[str], *matches: Callable[[str], set[str]]) -> str | None:
    """The id that the innermost part with exactly one id names, by the first way of matching that finds any."""
    for match in matches:
        for part in reversed(parts):
            found = match(part)
            if len(found) == 1:
                return found.pop()
    return None


def _shared(paths: Collection[Parts]) -> int:
    """How many outer parts all paths share."""
    return len(list(takewhile(lambda level: len(set(level)) == 1, zip(*paths, strict=False))))


def _distinct(names: Mapping[Path, str]) -> dict[Path, str]:
    """The names cut to a storable length; those that are still equal are numbered in their order."""
    taken: set[str] = set()
    result = {}
    for path, name in names.items():
        candidate, number = name[:LONGEST], 1
        while _folded(candidate) in taken:
            number += 1
            candidate = f"{name[:LONGEST]}-{number}"
        taken.add(_folded(candidate))
        result[path] = candidate
    return result
