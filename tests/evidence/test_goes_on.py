"""What evidence of the same code says of the same text is not measured again."""

from autograder.assignment.bank import known_bugs, known_equivalents
from autograder.evidence.measure import measured_before, text_sha256
from autograder.evidence.record import BugOf, EquivalentOf, Evidence, FunctionOf, Graded, Tally

BUG, (SAME, CHANGED, *_) = known_bugs()[0], known_equivalents()


def test_only_equivalents_with_another_text_are_measured_again() -> None:
    tally = Tally(survives=3)
    equivalents = {
        SAME.name: EquivalentOf(survives=3, lost_when_graded=["kl.value"], text_sha256=text_sha256(SAME)),
        CHANGED.name: EquivalentOf(survives=3, text_sha256="of another text"),
        "taken_out": EquivalentOf(survives=3, text_sha256=text_sha256(SAME)),
    }
    bugs = {BUG.name: BugOf(says="", sheet="", facts=tally, graded=Graded(lost=["kl.value"]))}
    function = FunctionOf(facts={}, bugs=bugs, equivalents=equivalents)
    evidence = Evidence(
        execution_sha256="", bank_sha256="", python="", torch="", seeds=3, functions={"kl": function}
    )
    found = measured_before(evidence)
    assert {name: (of.tally, of.graded.lost) for name, of in found.items()} == {
        BUG.name: (tally, ["kl.value"]),
        SAME.name: (tally, ["kl.value"]),
    }
