"""Gates are written into grading.yml as a person would: nothing else changes, not even a comment."""

import pytest
import yaml

from autograder.errors import SpecError
from autograder.spec.edit import with_gates

BEFORE = """# what this is
training:
  vae:
    steps: 938   # two epochs
    gates:       # old ones
    - data: mnist
      elbo: -200

  # the games
  gan:
    gates: []
    steps: 400

questions: []  # none
"""
GATES = [
    {"data": "mnist", "elbo": -207.0, "kl_weight": [0.6, 1.7], "evidence": {"numbers": {"a": {"sd": 1.0}}}}
]


def test_only_the_gates_change_and_every_comment_stays():
    after = with_gates(with_gates(BEFORE, "vae", GATES), "gan", [{"data": "mnist", "frechet": 40.0}])
    assert yaml.safe_load(after)["training"]["vae"] == {"steps": 938, "gates": GATES}
    assert (
        after
        == """# what this is
training:
  vae:
    steps: 938   # two epochs
    gates:
      - data: mnist
        elbo: -207.0
        kl_weight: [0.6, 1.7]
        evidence:
          numbers:
            a: {sd: 1.0}

  # the games
  gan:
    gates:
      - {data: mnist, frechet: 40.0}
    steps: 400

questions: []  # none
"""
    )
    assert with_gates(after, "vae", GATES) == after


def test_a_run_without_a_block_of_gates_is_an_error_with_the_next_step():
    with pytest.raises(SpecError, match=r"no block training\.saturation\.gates .* Write `gates: \[\]` below"):
        with_gates(BEFORE, "saturation", GATES)


def test_gates_that_do_not_stand_on_lines_of_their_own_are_left_alone():
    inline = "training:\n  vae: {steps: 938, gates: []}\n"
    with pytest.raises(SpecError, match=r"no block training\.vae\.gates on lines of its own"):
        with_gates(inline, "vae", GATES)
    shared = "training:\n  vae:\n    gates: [\n    ]\n    steps: 3\n"
    with pytest.raises(SpecError, match="Put them on lines of their own"):
        with_gates(shared, "vae", GATES)
