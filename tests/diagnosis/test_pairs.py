"""A known bug and one more slip. Each wrong function is a bug of the bank, changed once more."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.assignment import api
from autograder.assignment.bank import known_bugs
from autograder.assignment.sample import with_text
from autograder.results.model import Hint
from tests.commands.course import SOLVED, with_code
from tests.diagnosis.conftest import Name, knowing

BUGS = {bug.name: bug for bug in known_bugs()}


def twice_wrong(bug: str, body: str) -> Mapping[str, bytes]:
    """The model solution with a bug in a function that then does `body`; `wrong` is the bug, `a` the arguments."""
    function = BUGS[bug].function
    file = getattr(api, function).module.rpartition(".")[2] + ".py"
    source = f"import torch\nwrong = {function}\ndef {function}(*a):\n    {body}\n"
    return with_code(file, source, with_text(SOLVED, BUGS[bug]))


PAIRS = [
    ("kl_normal_missing_half", "return -wrong(*a)", "opposite_sign"),
    ("kl_normal_missing_half", "return wrong(*a[2:], *a[:2])", "arguments_exchanged"),
    ("kl_standard_normal_missing_half", "return wrong(*a).sum(-1)", "summed_over_last_axis"),
    ("kl_standard_normal_missing_half", "return wrong(*a).mean()", "averaged_over_all_entries"),
    ("minimax_one_minus", "return wrong(*a).detach()", "detached"),
    ("minimax_one_minus", "return 2 * wrong(*a)", "twice"),
    ("nonsaturating_is_saturating", "return wrong(*a) + 2 ** 0.5 / 2 ** 0.5", "difference"),
]


@pytest.mark.parametrize(("bug", "body", "relation"), PAIRS, ids=[f"{p[0]}+{p[2]}" for p in PAIRS])
def test_a_bug_and_one_relation_are_named_together(name: Name, bug: str, body: str, relation: str) -> None:
    known = BUGS[bug]
    hint = name(known.function, twice_wrong(bug, body), knowing(bug, function=known.function))
    assert hint is not None
    assert hint.bug == f"{bug}+{relation}"
    assert hint.text.startswith(f"{known.says} Besides: ")
    assert "those of this mistake alone" in hint.text
    assert hint.text.endswith(f"See sheet {api.EXERCISE[known.function]}.")
    assert hint.mistake is None
    assert not hint.exact


def test_where_the_values_are_those_of_one_bug_only_its_gradient_is_another(name: Name) -> None:
    """Not a pair of equal values: labels swapped, and the two batches exchanged, is J_D as well."""
    bug = BUGS["minimax_wrong_sign"]
    files = twice_wrong(bug.name, "f = a[1]; return wrong(a[0], 2 * f.detach() - f)")
    for known in ((bug.name, "minimax_labels_flipped"), ("minimax_labels_flipped",)):
        hint = name(bug.function, files, knowing(*known, function=bug.function))
        if bug.name not in known:
            assert hint is None
            continue
        assert hint is not None
        assert hint.bug == "minimax_wrong_sign+scaled_gradient"
        assert hint.text == (
            f"{bug.says} Besides: Your values are those of this mistake alone, but the gradient in logits_fake is the "
            f"opposite of that of this mistake. See sheet {bug.sheet}."
        )


def test_of_two_bugs_with_the_same_values_the_first_is_told(name: Name) -> None:
    """They differ in gradients, and no gradient at all is neither's."""
    bugs = "minimax_wrong_sign", "minimax_gradient_reversed_for_the_sign"
    files = twice_wrong(bugs[0], "return wrong(a[0], a[1].detach())")
    hint = name("generator_loss_minimax", files, knowing(*bugs, function="generator_loss_minimax"))
    assert hint is not None
    assert hint.bug == "minimax_wrong_sign+detached"


def test_a_second_slip_adds_no_number_out_of_the_blue(name: Name) -> None:
    bug = BUGS["nonsaturating_is_saturating"]
    files = twice_wrong(bug.name, "return wrong(*a) + 0.7315")
    assert name(bug.function, files, knowing(bug.name, function=bug.function)) is None


def test_the_bug_alone_is_never_called_a_pair(name: Name) -> None:
    bug = BUGS["kl_normal_missing_half"]
    hint = name(bug.function, with_text(SOLVED, bug), knowing(bug.name, function=bug.function))
    assert hint is not None
    assert hint.bug == bug.name


def test_a_relation_to_the_right_formula_goes_before_a_pair(name: Name) -> None:
    """Twice the right formula is also half of a known bug that has four times its values."""
    bug = BUGS["discriminator_without_half"]
    files = twice_wrong(bug.name, "return 4 * wrong(*a)")
    hint: Hint | None = name(bug.function, files, knowing(bug.name, function=bug.function))
    assert hint is not None
    assert hint.bug == "relation/factor"
    assert "8 times" in hint.text


def test_a_reduction_that_is_missing_is_not_called_made_as_well(name: Name) -> None:
    """The sum over the last axis of a bug that does not sum is no second slip."""
    bug = BUGS["elbo_not_summed"]
    files = twice_wrong(bug.name, "return wrong(*a).sum(-1)")
    assert name(bug.function, files, knowing(bug.name, function=bug.function)) is None


FORMULAS = st.builds(
    "return {} * (a[0] - a[2]).abs() ** {} / a[3] ** {} + {} * a[1].log()".format,
    *(st.floats(0.3, 3).map(lambda x: round(x, 3) + 0.0137) for _ in range(4)),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FORMULAS)
def test_formulas_of_no_known_origin_are_told_nothing(name: Name, body: str) -> None:
    """With all known bugs, and every relation to each of them."""
    file = with_code("divergence.py", f"def kl_normal(*a):\n    {body}\n", SOLVED)
    assert name("kl_normal", file) is None
