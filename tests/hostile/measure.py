"""`make hostile`: every attack in every mode, each layer off in turn, and none at all; docs/evidence/hostile.json and .md.

An outcome is kept for as long as the code that has to hold and the attack are the same, so that a run that stopped goes on.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.errors import AutograderError
from autograder.results.store import write_whole
from autograder.spec.hashes import wall_digest
from tests.commands.course import ROOT
from tests.hostile.attack import attacks
from tests.hostile.modes import MODES, run

EVIDENCE = ROOT / "docs" / "evidence" / "hostile.json"
PAGE = ROOT / "docs" / "evidence" / "hostile.md"
CONTAINING = ("root", "root-bare", "user", "user-bare")
"""Modes in which students' code is graded; the others leave a core layer off."""


def measured() -> dict[str, Any]:
    """The evidence, with every outcome that is missing measured now."""
    evidence = kept()
    for name, mode in MODES.items():
        known = evidence["modes"].get(name, {}).get("outcomes", {})
        missing = [attack.name for attack in mode.attacks() if attack.name not in known]
        if missing:
            found = run(mode, missing, _tell)
            found["outcomes"] = dict(sorted({**known, **found["outcomes"]}.items()))
            evidence["modes"][name] = found
            write_whole(EVIDENCE, json.dumps(evidence, indent=1, ensure_ascii=False) + "\n")
    return evidence


def kept() -> dict[str, Any]:
    """What the evidence that is there says of today's attacks, if it is of today's code."""
    today = {attack.name: hashlib.sha256(attack.text.encode()).hexdigest()[:16] for attack in attacks()}
    evidence: dict[str, Any] = {
        "code_sha256": wall_digest(),
        "kernel": platform.release().partition("-")[0],
        "attacks": today,
        "modes": {},
    }
    if EVIDENCE.is_file():
        old: dict[str, Any] = json.loads(EVIDENCE.read_text("utf-8"))
        if old["code_sha256"] == evidence["code_sha256"]:
            same = {name for name, digest in old["attacks"].items() if today.get(name) == digest}
            evidence |= {"kernel": old["kernel"], "modes": old["modes"]}
            for mode in evidence["modes"].values():
                mode["outcomes"] = {name: o for name, o in mode["outcomes"].items() if name in same}
    return evidence


def page(evidence: Mapping[str, Any]) -> str:
    """The evidence as a page."""
    return "\n".join(_lines(evidence)) + "\n"


def faults(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What the evidence should prove and does not."""
    for name in CONTAINING:
        for attack, outcome in evidence["modes"][name]["outcomes"].items():
            if outcome != "contained":
                yield f"{evidence['modes'][name]['title']}: {attack}: {outcome}"


def working(evidence: Mapping[str, Any], mode: str) -> list[str]:
    """Attacks that get something in this mode."""
    outcomes = evidence["modes"][mode]["outcomes"]
    return [name for name, outcome in outcomes.items() if outcome.startswith(("through", "hurt"))]


def _lines(evidence: Mapping[str, Any]) -> Iterator[str]:
    known = {attack.name: attack for attack in attacks()}
    yield "# Attacks: what holds, and what each layer stops"
    yield ""
    yield f"Made by `make hostile` on Linux {evidence['kernel']}; do not edit. The attacks, one readable file each:"
    yield "`tests/hostile/attacks/`. What is promised, and what is not: [security.md](../security.md)."
    yield ""
    yield "| mode | layers | attacks | contained | get through |"
    yield "|---|---|---|---|---|"
    for name, mode in evidence["modes"].items():
        outcomes = mode["outcomes"]
        contained = sum(outcome == "contained" for outcome in outcomes.values())
        yield (
            f"| {mode['title']} | {', '.join(mode['layers'])} | {len(outcomes)} | {contained} "
            f"| {len(working(evidence, name))} |"
        )
    yield ""
    yield "Contained: no mark gained, no other question hurt, nothing read, nobody called, nothing left behind, grader and"
    yield "sibling alive, and a message that names the cause. The first four modes are those in which students are graded; the"
    yield "others run in namespaces that are thrown away (`tests/hostile/throwaway.py`)."
    yield ""
    yield "## Each layer off in turn"
    yield ""
    yield "What gets through with this layer off, as root with all others on; and with one layer alone, as an ordinary user."
    yield ""
    for name in [n for n in MODES if n not in (*CONTAINING, "nothing")]:
        through = working(evidence, name)
        yield f"- **{evidence['modes'][name]['title']}**: {', '.join(f'`{t}`' for t in through) or 'nothing'}"
    yield ""
    yield "## Without any layer"
    yield ""
    through = working(evidence, "nothing")
    others = [name for name in evidence["modes"]["nothing"]["outcomes"] if name not in through]
    yield f"{len(through)} of {len(through) + len(others)} attacks on the system get through, so that they are attacks indeed:"
    yield ""
    yield "| attack | tries | without layers |"
    yield "|---|---|---|"
    for name in through:
        kind, _, what = evidence["modes"]["nothing"]["outcomes"][name].partition(": ")
        outcome = "other questions ungraded" if kind == "hurt" else what
        yield f"| `{name}` | {known[name].tries} | {outcome} |"
    yield ""
    yield "The others need root or a file of root, meet a limit that is no layer (time, memory, output), or are stopped by what"
    yield f"the grader is, such as a process without secrets: {', '.join(f'`{name}`' for name in others)}."


def _tell(mode: str, said: Mapping[str, str]) -> None:
    for attack, outcome in said.items():
        print(f"{mode:16} {attack:48} {outcome}", file=sys.stderr, flush=True)


def main() -> int:
    try:
        evidence = measured()
    except AutograderError as error:
        print(f"hostile: {error}", file=sys.stderr)
        return error.exit_code
    write_whole(PAGE, page(evidence))
    found = list(faults(evidence))
    print("\n".join(found) or f"contained in every mode: {PAGE.relative_to(ROOT)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
