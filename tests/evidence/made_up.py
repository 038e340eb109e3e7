"""A small made-up sheet and its evidence: two functions that may share a mistake."""

from typing import Any

from autograder.evidence.record import BugOf, EquivalentOf, Evidence, FactOf, FunctionOf, Graded, Tally
from autograder.results.model import Hint
from autograder.spec.model import Spec


def spec(credit: float = 0.6, repeat: float = 0.25) -> Spec:
    def question(function: str, value: float, gradient: float) -> dict[str, Any]:
        return {
            "id": f"1-{function}",
            "title": function,
            "kind": "auto",
            "points": value + gradient,
            "criteria": [
                {"id": f"{function}.value", "title": "values", "points": value},
                {"id": f"{function}.gradient", "title": "gradients", "points": gradient},
            ],
        }

    return Spec.model_validate(
        {
            "assignment": "made-up",
            "title": "Made <up>",
            "sheet_version": "1",
            "max_score": 10,
            "data": {"name": "mnist", "sha256": {}},
            "visibility": {"value": "visible", "gradient": "visible"},
            "credit": {"missing_half": credit},
            "repeat": repeat,
            "questions": [question("double", 4, 2), question("square", 3, 1)],
        }
    )


def hint(bug: str, mistake: str | None = None, exact: bool = False) -> Hint:
    return Hint(bug=bug, text="You compute <something> else.", mistake=mistake, exact=exact)


def bug(tally: Tally, lost: list[str], told: Hint | None = None, mistake: str | None = None) -> BugOf:
    return BugOf(
        says="You compute a|b <else>.",
        sheet="1 (a)",
        mistake=mistake,
        facts=tally,
        graded=Graded(lost=lost, hint=told),
    )


SEEN = Tally(fails={"one": 2}, alone={"one": 2}, lost={"value": 2})
BOTH = Tally(fails={"one": 2, "slope": 2}, decides={"one": 2, "slope": 2}, lost={"value": 2, "gradient": 2})


def evidence(
    bugs: dict[str, BugOf] | None = None, equivalents: dict[str, EquivalentOf] | None = None, seeds: int = 2
) -> Evidence:
    """Evidence about `double`, without a fault unless `bugs` or `equivalents` bring one."""
    facts = {
        "one": FactOf(kind="value", title="double(1) = 2 < 3"),
        "slope": FactOf(kind="gradient", title="double′ = 2"),
    }
    named = bug(
        BOTH, ["double.value", "double.gradient"], hint("halved", "missing_half", True), "missing_half"
    )
    return Evidence(
        execution_sha256="e" * 64,
        bank_sha256="b" * 64,
        python="3",
        torch="2",
        seeds=seeds,
        functions={
            "double": FunctionOf(
                facts=facts,
                bugs={"halved": named} if bugs is None else bugs,
                equivalents={"added": EquivalentOf()} if equivalents is None else equivalents,
            )
        },
    )
