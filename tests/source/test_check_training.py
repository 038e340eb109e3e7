"""The training check that students run themselves: what it says of right, of broken and of unwritten code.

On the digits that came with the exercise; trainings are long enough to tell right from wrong, no longer.
"""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.source.handout import Handout, imported_from

Check = Callable[..., ModuleType]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """The training check of a fresh handout, with code put at the end of some files."""
    monkeypatch.setenv("MNIST_DIR", "embedded")
    monkeypatch.setenv("GENERATIVE_MAX_STEPS", "300")

    def make(tree: str = "solutions", **code: str) -> ModuleType:
        handout = Handout(tmp_path / "handout", tree)
        for name, text in code.items():
            file = handout.folder / "generative" / f"{name}.py"
            handout.write(f"{name}.py", f"{file.read_text('utf-8')}\n\n{text}\n")
        return imported_from(handout, monkeypatch).module("check_training")

    return make


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if line[:1] in "✓✗" and line]


def test_the_solutions_learn_and_every_line_names_the_levels(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check().run()
    vae, nonsaturating, minimax = lines(capsys)
    assert re.match(
        r"✓ VAE: −ELBO is 29\d\.\d nats per image, 1\d\.\d of them KL; a decoder that ignores z reaches 356",
        vae,
    )
    assert re.match(
        r"✓ non-saturating game: pixels vary by 0\.\d+ from image to image, mean 0\.\d+ \(digits: 0\.189",
        nonsaturating,
    )
    assert minimax.startswith("✓ minimax game: pixels vary by")


def test_an_untouched_handout_is_told_what_is_not_written(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not check("release").run()
    assert [re.sub(r"\(.*", "", line) for line in lines(capsys)] == [
        "✗ VAE: not written yet ",
        "✗ non-saturating game: not written yet ",
        "✗ minimax game: not written yet ",
    ]


def test_a_decoder_that_ignores_z_is_told_that_it_learns_nothing_from_it(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    collapsed = "class VAE(VAE):\n    def decode(self, z):\n        return super().decode(0 * z)"
    assert not check(vae=collapsed).run("vae")
    (line,) = lines(capsys)
    assert line.endswith("Your decoder learns nothing from z.")


def test_a_loss_with_a_term_missing_is_too_good_to_be_true(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    halved = "def elbo(log_px_given_z, mu, logvar):\n    return log_px_given_z / 2"
    assert not check(elbo=halved).run("vae")
    (line,) = lines(capsys)
    assert "too good to be true" in line


def test_a_game_of_the_wrong_sign_fails_alone(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    flipped = (
        "def generator_loss_nonsaturating(logits_fake):\n    return F.logsigmoid(logits_fake).mean() / 2"
    )
    assert not check(gan=flipped).run("gan")
    assert [line[0] for line in lines(capsys)] == ["✗", "✓"]


def test_an_exception_is_one_line_and_the_other_trainings_run(
    check: Check, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = "def generator_loss_minimax(logits_real, logits_fake):\n    return 1 / 0"
    assert not check(gan=broken).run("gan")
    assert lines(capsys)[1] == "✗ minimax game: ZeroDivisionError: division by zero"
