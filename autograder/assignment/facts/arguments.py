"""What every function and method owes its caller: arguments and torch's settings are afterwards what they were."""

from autograder.engine.calls import Answer
from autograder.engine.expect import holds

NOT_AGAIN = (
    "gives another result when it is called again with the same tensors, without gradients: "
    "does it change them in place, or ask whether gradients are recorded?"
)


def unchanged(*answers: Answer) -> None:
    """All is as it was: no call says otherwise, and what is called twice gives the same again."""
    says_unchanged(*answers)
    for answer in answers:
        holds(answer.repeats(), answer.say(NOT_AGAIN), got=answer.value)


def says_unchanged(*answers: Answer) -> None:
    """No call says that it changed its arguments, or left torch's settings otherwise."""
    names = dict.fromkeys(name for answer in answers for name in answer.changed)
    holds(not names, f"the call changes its arguments in place: {', '.join(names)}")
    for answer in answers:
        leaves_settings(answer, "the call")


def leaves_settings(answer: Answer, what: str) -> None:
    """Gradients are recorded after the call as they were before, and tensors are made in the same dtype."""
    holds(answer.leaves is None, f"{what} {answer.leaves}")
