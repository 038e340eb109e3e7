"""`autograder collect`: what a course tool gave out becomes submissions named by roster id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.collect import Collected, collect, read_times
from autograder.roster import read_roster


def run(sources: Sequence[Path], out: Path, roster: Path, times: Path | None) -> None:
    """Collect, and print what a person should look at."""
    told = collect(sources, out, read_roster(roster), read_times(times) if times else None)
    print(f"Collected   {len(told.names)} submissions in {out}, listed in {told.listing}")
    _list("Not collected", told.left)
    _list("In the roster, nothing handed in", told.nothing)
    _list("Late, as the tool says, but it does not say how late", told.late)
    if told.late or told.undated:
        print(
            f"Time of receipt not known: {len(told.late) + len(told.undated)}. Where it decides about a late penalty, "
            f"write received_at into {told.listing} and collect again into a new folder with --times."
        )
    print(_next(told, out, roster))


def _list(what: str, entries: Iterable[str]) -> None:
    every = list(entries)
    if every:
        print(f"{what}: {len(every)}", *every, sep="\n  ")


def _next(told: Collected, out: Path, roster: Path) -> str:
    if not told.names:
        return (
            "Nothing fits the roster: check that its ids, names or mail addresses are those of the download."
        )
    return f"Next: autograder grade {out}/* --roster {roster} --out DIR"
