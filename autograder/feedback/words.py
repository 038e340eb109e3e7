"""What a page says about statuses, causes and kinds of criteria."""

from collections import Counter
from collections.abc import Iterable, Mapping

from autograder.results.model import Cause, Criterion, CriterionKind, Status

STATUS: dict[Status, tuple[str, str]] = {  # symbol, word: never colour alone
    "passed": ("✓", "passed"),
    "partial": ("◐", "partly passed"),
    "failed": ("✗", "failed"),
    "pending": ("…", "not graded yet"),
    "skipped": ("→", "skipped"),
    "timeout": ("✗", "too slow"),
    "crashed": ("✗", "crashed"),
    "grader_error": ("!", "could not be graded"),
}

OUR_FAULT = (
    "This could not be graded because of a fault on our side. It costs you nothing: it will be run again."
)

NEXT_STEP: dict[Cause, str] = {
    "timeout": "Look for a loop that does not end, or for a Python loop where one tensor operation would do.",
    "memory": "Look for a tensor that is much larger than its inputs, or a list that grows without end.",
    "crash": "The process ended before it answered: look for exit calls and for native code that fails.",
    "protocol": "What came back could not be read: return plain torch tensors and leave standard files open.",
    "output": "It printed more than is allowed: remove print calls, above all those inside loops.",
    "import": "Nothing in this file could be tested. Import it alone in a fresh Python to see the error in full.",
    "missing": "Compare the file's place and the function's name with the handout.",
}

LIKEWISE = "Not met for the same reason"
SAME_MISTAKE = "Not met because of the same mistake"
ONCE: dict[int, str] = {  # by the stage of the fault that comes first
    0: "Not met either; look again once an answer comes back",
    1: "Not met either; look again once the type is right",
    2: "Not met either; look again once the shape is right",
    3: "Not met either; look again once the dtype is right",
    4: "Not met either; look again once all entries are finite",
    5: "Not met either; look again once the values are right",
    6: "Not met either; look again once the gradients are right",
}

CREDIT_LATER = "It keeps a part of its points; the reason is shown with criteria that are still hidden."

LOOKS_AT: dict[CriterionKind, str] = {
    "value": "values",
    "gradient": "gradients",
    "stability": "extreme inputs",
    "shape": "shapes and dtypes",
    "training": "a training run",
}


def counted(criteria: Iterable[Criterion], when: str) -> str:
    """`3 hidden criteria look at gradients and extreme inputs; shown when marks are published.`"""
    kinds = Counter(criterion.kind for criterion in criteria)
    total = sum(kinds.values())
    looks = listed([text for kind, text in LOOKS_AT.items() if kind in kinds])
    noun, verb = ("criterion", "looks") if total == 1 else ("criteria", "look")
    return f"{total} hidden {noun} {verb} at {looks}; shown {when}."


def rests_on(functions: list[str], charged: Mapping[str, str]) -> str:
    """`Judged as if kl_standard_normal were right: its own mistake is charged at 9-1b.`"""
    places = listed(list(dict.fromkeys(charged[name] for name in functions)))
    own = "its own mistake is" if len(functions) == 1 else "their own mistakes are"
    return f"Judged as if {listed(functions)} were right: {own} charged at {places}."


def listed(words: list[str]) -> str:
    """`a, b and c`"""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def together(statuses: list[Status]) -> Status:
    """One status for several: theirs if they agree, `partial` if something passed."""
    if "grader_error" in statuses:
        return "grader_error"
    telling = [s for s in statuses if s != "passed"]
    if not telling:
        return "passed"
    if len(telling) < len(statuses) and any(s != "pending" for s in telling):
        return "partial"
    order: tuple[Status, ...] = ("timeout", "crashed", "failed", "partial", "skipped", "pending")
    return next(s for s in order if s in telling)
