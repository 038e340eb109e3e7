"""What earlier evidence says of the same text is not measured again, where the facts or all code are the same."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from autograder.assignment.api import elbo, kl_normal
from autograder.assignment.bank import KnownBug, known_bugs, known_equivalents
from autograder.course import Course
from autograder.engine.facts import Fact
from autograder.engine.grade import Bench
from autograder.evidence import asked
from autograder.evidence.asked import asked_sha256
from autograder.evidence.measure import asked_by_function, found_before, text_sha256
from autograder.evidence.record import BugOf, EquivalentOf, Evidence, FunctionOf, Graded, Tally
from tests.commands.course import ROOT

BUG = next(bug for bug in known_bugs() if bug.function == "kl_normal")
SAME, CHANGED = [e for e in known_equivalents() if e.function == "kl_normal"][:2]
OF_ELBO = next(bug for bug in known_bugs() if bug.function == "elbo")
TALLY, GRADED = Tally(survives=3), Graded(lost=["kl_normal.value"])


@pytest.fixture(scope="module")
def facts() -> tuple[Fact, ...]:
    return Course.find(ROOT).sheet.facts


def found(facts: tuple[Fact, ...], code: str = "today's", asked_before: dict[str, str] | None = None) -> Any:
    """What evidence of `code` tells a bench of today's."""
    hashes = asked_by_function(facts) | (asked_before or {})

    def of(bug: KnownBug) -> BugOf:
        return BugOf(says="", sheet="", facts=TALLY, graded=GRADED, text_sha256=text_sha256(bug))

    equivalents = {
        SAME.name: EquivalentOf(survives=3, lost_when_graded=GRADED.lost, text_sha256=text_sha256(SAME)),
        CHANGED.name: EquivalentOf(survives=3, text_sha256="of another text"),
        "taken_out": EquivalentOf(survives=3, text_sha256=text_sha256(SAME)),
    }
    functions = {
        "kl_normal": FunctionOf(
            asked_sha256=hashes["kl_normal"], facts={}, bugs={BUG.name: of(BUG)}, equivalents=equivalents
        ),
        "elbo": FunctionOf(
            asked_sha256=hashes["elbo"], facts={}, bugs={OF_ELBO.name: of(OF_ELBO)}, equivalents={}
        ),
    }
    evidence = Evidence(
        execution_sha256=code, bank_sha256="", python="", torch="", seeds=3, functions=functions
    )
    bench = SimpleNamespace(execution_sha256="today's", sheet=SimpleNamespace(facts=facts))
    return found_before(evidence, cast("Bench", bench))


def test_of_the_same_code_only_texts_that_changed_are_measured(facts: tuple[Fact, ...]) -> None:
    same = {BUG.name, SAME.name, OF_ELBO.name}
    assert found(facts).tallies == dict.fromkeys(same, TALLY)
    assert found(facts).graded == dict.fromkeys(same, GRADED)


def test_of_other_code_all_submissions_are_graded_and_only_facts_that_changed_are_asked(
    facts: tuple[Fact, ...],
) -> None:
    before = found(facts, code="last week's", asked_before={"kl_normal": "last week's"})
    assert before.tallies == {OF_ELBO.name: TALLY}
    assert before.graded == {}


# --- which code a fact consists of


def code_of(facts: tuple[Fact, ...], function: str) -> str:
    return asked_sha256([fact for fact in facts if fact.about.name == function])


@pytest.mark.parametrize(
    ("file", "old", "new", "changed"),
    [
        ("facts/divergence.py", "COPIES = ", "COPIES = 1 + ", {"kl_normal"}),
        ("facts/whole_range.py", "alike = n // 2", "alike = n // 4", {"kl_normal"}),
        ("facts/laws.py", "SHARE = 2e-3", "SHARE = 3e-3", {"kl_normal", "elbo"}),
        ("facts/laws.py", "def _elbo(", "@cache\ndef _elbo(", {"elbo"}),
        ("torch_models/known.py", "def handlers(", "@cache\ndef handlers(", {"kl_normal", "elbo"}),
        ("facts/divergence.py", "# --- 9-1 (a), values", "# --- values", set()),
        ("facts/divergence.py", "KL(N(μ,σ²) ‖ N(μ,σ²)) = 0", "KL = 0", set()),
        ("facts/gan.py", "def ", "async def ", set()),
    ],
)
def test_a_change_counts_for_the_facts_that_are_made_of_it(
    facts: tuple[Fact, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    old: str,
    new: str,
    changed: set[str],
) -> None:
    names = (kl_normal.name, elbo.name)
    before = {name: code_of(facts, name) for name in names}
    path, there = asked._path, tmp_path / "changed.py"
    text = (ROOT / "autograder/assignment" / file).read_text(encoding="utf-8")
    assert old in text
    there.write_text(text.replace(old, new, 1), encoding="utf-8")
    module = f"autograder.assignment.{file.removesuffix('.py').replace('/', '.')}"
    monkeypatch.setattr(asked, "_path", lambda name: there if name == module else path(name))
    asked._module.cache_clear()
    try:
        assert {name for name in names if code_of(facts, name) != before[name]} == changed
    finally:
        asked._module.cache_clear()
