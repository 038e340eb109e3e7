"""No attack gains a mark, hurts another question, reads, breaks or leaves anything; and the message names the cause.

Here in the strictest mode that the machine offers. The others, each layer off in turn, and the proof that the attacks
work without layers: `make hostile`, docs/evidence/hostile.md.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from autograder.sandbox import Zygote
from tests.hostile.attack import FOLDER, Attack, attacks
from tests.hostile.ground import Ground, prepared

FOLDERS = (
    *("reading", "memory_and_frames", "other_processes", "network", "writing", "escalation", "channel"),
    *("liveness", "import_shadowing", "lying_objects", "training_time", "page_injection"),
)


TRAINED_FOUR_TIMES = {
    f"training_time/{name}"
    for name in (
        *("training_digits_in_the_weights", "image_through_z", "loss_that_boasts"),
        *("optimiser_replaced", "gradients_from_elsewhere", "bomb_in_a_late_step"),
    )
}
"""Left to `make hostile`: two of their kind are here."""
HERE = [attack for attack in attacks() if attack.name not in TRAINED_FOUR_TIMES]


@pytest.fixture(scope="module")
def ground(zygote: Zygote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with prepared(zygote, tmp_path_factory.mktemp("hostile")) as made:
        yield made


@pytest.mark.parametrize("attack", HERE, ids=lambda attack: attack.name)
def test_an_attack_is_contained(ground: Ground, attack: Attack) -> None:
    seen = ground.attempt(attack)
    assert seen.gained == []
    assert seen.hurt == []
    assert (seen.looted, seen.secrets, seen.calls, seen.left) == (False, (), 0, ())
    assert seen.alive
    assert seen.result.status == "graded"
    for status, cause, message in seen.hit:
        assert re.fullmatch(attack.status, status), message
        assert re.fullmatch(attack.cause, str(cause)), message
        assert re.search(attack.message, message), message
    assert attack.flag in (None, *(flag.kind for flag in seen.result.flags))


def test_the_suite_covers_every_kind_of_attack() -> None:
    counted = Counter(attack.folder for attack in attacks())
    assert set(counted) == set(FOLDERS)
    assert sum(counted.values()) >= 120
    assert min(counted.values()) >= 5


def test_every_attack_is_a_small_file_that_says_what_it_would_gain() -> None:
    for attack in attacks():
        lines = len(attack.text.splitlines())
        assert lines <= 60, attack.name
        assert attack.gain.endswith("."), attack.name
    assert not [name for name in os.listdir(FOLDER) if name not in (*FOLDERS, "__pycache__")]
