"""`otter run` of Otter-Grader: one submission without a container, as its manual has it for a quick grading."""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from importlib.metadata import version
from pathlib import Path

from graders.sheet import CASES, FUNCTIONS, POINTS, Attack, Outcome, Place, notebook, run

TITLE = f"`otter run`, Otter-Grader {version('otter-grader')}"
BIN = Path(sys.executable).parent

TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = "q{number}"
points = {points}


@test_case(points=1, hidden=False)
def test_public({function}):
    import torch

    result = {function}({public})
    assert torch.allclose(result, torch.tensor({public_value}), atol=1e-5)


@test_case(points=1, hidden=True)
def test_hidden({function}):
    import torch

    # {canary}
    result = {function}({hidden})
    assert torch.allclose(result, torch.tensor({hidden_value}), atol=1e-5)
"""


def prepare(folder: Path, values: dict[str, tuple[str, str]], place: Place) -> None:
    """The tests and `otter generate`'s zip."""
    (folder / "tests").mkdir(parents=True)
    for number, function in enumerate(FUNCTIONS, start=1):
        public, hidden = CASES[function]
        text = TEST.format(
            number=number,
            function=function,
            points=int(POINTS),
            public=public,
            hidden=hidden,
            public_value=values[function][0],
            hidden_value=values[function][1],
            canary=place.canary,
        )
        (folder / "tests" / f"q{number}.py").write_text(text)
    status, said = run([BIN / "otter", "generate", "-t", "tests", "-o", "autograder.zip"], folder, place)
    assert status == 0, said


def grade(prepared: Path, place: Place, attack: Attack) -> Outcome:
    """Grade the zip that a student's `grader.export()` would make: the notebook and what lies beside it."""
    here = place.base / "course"
    here.mkdir()
    shutil.copy(prepared / "autograder.zip", here)
    with zipfile.ZipFile(here / "losses.zip", "w") as archive:
        archive.writestr("losses.ipynb", notebook([{"source": place.source(attack)}]))
        for name, content in place.beside(attack).items():
            archive.writestr(name, content)
    out = place.base / "out"
    out.mkdir()
    status, _ = run(
        [BIN / "otter", "run", "losses.zip", "-a", "autograder.zip", "-o", out, "--no-logo"], here, place
    )
    try:
        results = json.loads((out / "results.json").read_text())
    except (OSError, ValueError):
        return Outcome(status=status)
    scores = {test["name"].partition(" ")[0]: test.get("score") for test in results["tests"]}
    points = {name: scores.get(f"q{number}") for number, name in enumerate(FUNCTIONS, start=1)}
    shown = json.dumps([t for t in results["tests"] if t.get("visibility", "visible") == "visible"])
    return Outcome(points, shown=shown + str(results.get("output")), status=status)
