"""From downloads to one archive for each submission, named by roster id.

What cannot be matched, or could be matched in several ways, is listed with the reason and left where it is.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.bundle import Bundle
from autograder.collect.download import CollectError, visit
from autograder.collect.labels import is_archive, read_label
from autograder.collect.listing import Row, write_listing
from autograder.collect.whose import Unmatched, whose
from autograder.roster import Person, folded
from autograder.submission import limits
from autograder.submission.intake import printable

_PLAIN_ID = re.compile(r"[\w.@+-]+")
_UNKNOWN = 0.0  # as a file's time of change: not known


@dataclass(frozen=True)
class Collected:
    """What was written, and what was not."""

    names: tuple[str, ...]
    late: tuple[str, ...]  # the tool says so, but not how late
    undated: tuple[str, ...]  # no time of receipt
    left: tuple[str, ...]  # sentences: what was not collected, and why
    nothing: tuple[str, ...]  # ids of people without a submission
    listing: Path


def collect(
    sources: Sequence[Path], out: Path, people: Sequence[Person], times: Mapping[str, float] | None = None
) -> Collected:
    """Write `out/<id>.zip` for every submission in the sources; `<id>-v1`, `-v2`, … where there are several attempts.

    Later sources hold later attempts. A member's submission is that of the group. The archive's time of change is the
    time of receipt: from `times` (seconds by the submission's folded name), or for a plain folder that of its newest
    file. Course tools put the time of the download into their archives, so that it is otherwise not known.

    Raises:
        CollectError: `out` is not empty, or a source cannot be read.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CollectError(f"{out} is not empty. Give a new folder.")
    out.parent.mkdir(parents=True, exist_ok=True)
    left: list[str] = []
    owned: dict[str, list[Bundle]] = {}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as store:
        for number, source in enumerate(sources):
            for id, bundles in _bundles(source, number, Path(store), people, left).items():
                owned.setdefault(id, []).extend(bundles)
        out.mkdir(exist_ok=True)
        for id, bundles in sorted(owned.items()):
            for name, bundle in _named(id, bundles):
                received = (times or {}).get(folded(name), bundle.newest)
                path = out / (name + bundle.suffix)
                bundle.archive.rename(path)
                os.utime(path, (received or _UNKNOWN,) * 2)
                origin = printable(f"{sources[bundle.source].name}: {bundle.shown}")
                rows.append((name, received, bundle.late, origin))
    listing = out.with_name(out.name + ".csv")
    write_listing(listing, rows)
    return Collected(
        names=tuple(name for name, _, _, _ in rows),
        late=tuple(name for name, received, late, _ in rows if late and received is None),
        undated=tuple(name for name, received, late, _ in rows if not late and received is None),
        left=tuple(left),
        nothing=tuple(p.id for p in people if p.id not in owned and p.group not in owned),
        listing=listing,
    )


def _bundles(
    source: Path, number: int, store: Path, people: Sequence[Person], left: list[str]
) -> dict[str, list[Bundle]]:
    """Roster id → what one download holds of it, stored; what stays is told in `left`."""
    listed: list[tuple[str, float | None]] = []
    told = visit(source, lambda path, read, modified: listed.append((path, modified)))
    wrapper = _wrapper([path for path, _ in listed], people)
    by_owner: dict[str, Bundle] = {}
    for path, modified in listed:
        label = read_label(path.removeprefix(wrapper))
        archive = store / f"{number}-{len(by_owner)}"
        by_owner.setdefault(label.owner, Bundle(label, number, archive)).add(path, label, modified)
    owned: dict[str, list[Bundle]] = {}
    wanted: dict[str, Bundle] = {}
    for owner, bundle in by_owner.items():
        try:
            owned.setdefault(_owner(bundle, people), []).append(bundle)
        except Unmatched as reason:
            told.append(f"{owner.rstrip('_')}: {reason}")
        else:
            wanted |= dict.fromkeys(bundle.files, bundle)

    visit(source, lambda path, read, _: wanted[path].store(path, read) if path in wanted else None)
    for id, bundles in owned.items():
        told += [f"{bundle.shown}: {bundle.problem}" for bundle in bundles if bundle.problem]
        owned[id] = [bundle for bundle in bundles if not bundle.problem]
        if _are_rivals(owned[id]):
            names = " and ".join(bundle.shown for bundle in owned[id])
            told.append(
                f"{names}: different, and all of {id}; keep the one that counts, or call them "
                f"{id}-v1, {id}-v2 in the order in which they came"
            )
            owned[id] = []
    left += [printable(f"{source.name}: {sentence}") for sentence in told]  # students choose names of files
    return {id: bundles for id, bundles in owned.items() if bundles}


def _owner(bundle: Bundle, people: Sequence[Person]) -> str:
    """The id under which the bundle is a submission. Unmatched says why it is none."""
    if not bundle.files:
        raise Unmatched("was typed into the tool, without files; ask for the exercise's folder")
    id = whose(bundle.label, people)
    if not _PLAIN_ID.fullmatch(id):
        raise Unmatched(
            f"the id {id!r} can be no file's name; write letters, digits, . _ @ + - in the roster"
        )
    files = list(bundle.files.values())
    if len(files) > limits.FILES:
        raise Unmatched(
            f"has {len(files):,} files, more than {limits.FILES:,}; pack what belongs to the exercise as {id}.zip"
        )
    if len(files) > 1 and any(is_archive(file) and "/" not in file for file in files):
        several = ", ".join(files[:4]) + (" …" if len(files) > 4 else "")
        raise Unmatched(f"has an archive and more ({several}); pack them into one by hand, as {id}.zip")
    return id


def _wrapper(paths: Sequence[str], people: Sequence[Person]) -> str:
    """The folder around everything, if there is one and it is nobody's."""
    tops = {path.partition("/")[0] for path in paths}
    if len(tops) != 1 or any("/" not in path for path in paths):
        return ""
    top = tops.pop()
    label = read_label(top)
    try:
        whose(label, people)
    except Unmatched:
        return top + "/" if label.tool == "plain" else ""
    return ""


def _are_rivals(bundles: Sequence[Bundle]) -> bool:
    """Several different submissions of one owner in one download, without numbers: which one counts?"""
    numbers = {bundle.label.attempt for bundle in bundles}
    return len({bundle.digest for bundle in bundles}) > 1 and len(numbers) < len(bundles)


def _named(id: str, bundles: Sequence[Bundle]) -> list[tuple[str, Bundle]]:
    """The bundles in the order of their attempts, each with its name; the same content twice is one attempt."""
    different: dict[str, Bundle] = {}
    for bundle in sorted(bundles, key=lambda b: (b.source, b.label.attempt)):
        different.setdefault(bundle.digest, bundle)
    attempts = list(different.values())
    if len(attempts) == 1:
        return [(id, attempts[0])]
    return [(f"{id}-v{number}", bundle) for number, bundle in enumerate(attempts, start=1)]
