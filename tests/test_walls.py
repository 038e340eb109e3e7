"""The walls of the house: who may import whom, what is imported nowhere, and what a run of checks does not load."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.commands.course import SOLVED, clean, with_code
from tests.submission.packing import put_folder

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "autograder"
FILES = {p.relative_to(PACKAGE).as_posix(): p for p in sorted(PACKAGE.rglob("*.py"))}
SOURCE = {p.relative_to(ROOT).as_posix(): p for p in sorted((ROOT / "source").rglob("*.py"))}

WITH_TORCH = (
    *("sandbox/inside/", "assignment/bugs/", "assignment/equivalents/", "assignment/torch_models/"),
    *("data/torchvision_shim.py", "data/fetching.py"),
)
TORCH = {"torch", "torchvision"}
UNSAFE = {"pickle", "_pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
JOINTS = {"cli", "course", "commands", "calibration", "evidence"}
"""The only rooms that know both an assignment and the engine."""


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an import, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(name: str) -> str:
    return name.partition(".")[0]


def room(module: str) -> str:
    """`autograder.engine.grade` lies in the room `engine`; a module at the top is a room of its own."""
    return module.split(".")[1]


def rooms_of(path: Path) -> set[str]:
    """The rooms of ours that a file imports from."""
    own = {name for name in imported(path) if top(name) == "autograder" and "." in name}
    return {room(name) for name in own} - {"__version__"}


def own_room(file: str) -> str:
    return file.partition("/")[0].removesuffix(".py")


def test_there_is_something_to_look_at() -> None:
    assert {own_room(file) for file in FILES} >= {"cli", "engine", "sandbox", "assignment", "spec", "results"}
    assert "torch" in {top(name) for name in imported(FILES["sandbox/inside/calls.py"])} | {
        top(name) for name in imported(FILES["sandbox/inside/libraries.py"])
    }


def test_torch_is_imported_only_beside_students_and_in_clean_forks() -> None:
    found = [file for file, path in FILES.items() if TORCH & {top(name) for name in imported(path)}]
    assert [file for file in found if not file.startswith(WITH_TORCH)] == []


def test_nothing_is_pickled_anywhere() -> None:
    for file, path in {**FILES, **SOURCE}.items():
        names = set(imported(path))
        assert not UNSAFE & {top(name) for name in names}, file
        calls = {
            ast.unparse(n.func)
            for n in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(n, ast.Call)
        }
        assert not calls & {"torch.load", "np.load", "numpy.load", "eval", "exec", "yaml.load"}, file


def test_the_sandbox_imports_nothing_above_it() -> None:
    for file, path in FILES.items():
        if own_room(file) == "sandbox":
            assert rooms_of(path) <= {"sandbox", "errors"}, file


def test_the_engine_knows_no_assignment() -> None:
    for file, path in FILES.items():
        if own_room(file) == "engine":
            assert "assignment" not in rooms_of(path), file


def test_only_the_joints_join_an_assignment_with_the_engine() -> None:
    found = {own_room(file) for file, path in FILES.items() if "assignment" in rooms_of(path)}
    assert found - {"assignment"} == JOINTS


def test_code_beside_a_student_is_imported_by_no_trusted_code() -> None:
    inside = (
        "autograder.sandbox.inside",
        "autograder.assignment.torch_models",
        "autograder.assignment.bugs.",
        "autograder.assignment.equivalents.",
    )
    for file, path in FILES.items():
        if not file.startswith(WITH_TORCH):
            assert not [name for name in imported(path) if name.startswith(inside)], file


def test_arrows_between_rooms_run_one_way() -> None:
    arrows: dict[str, set[str]] = {}
    for file, path in FILES.items():
        arrows.setdefault(own_room(file), set()).update(rooms_of(path) - {own_room(file)})
    order = tuple(TopologicalSorter(arrows).static_order())  # CycleError names a circle
    assert order.index("errors") < order.index("sandbox") < order.index("engine") < order.index("assignment")


GUARD = """
import functools, sys

def guarded(function):
    @functools.wraps(function)
    def call(*tensors):
        loaded = {"torch._dynamo", "sympy", "matplotlib"} & set(sys.modules)
        if loaded:
            raise ImportError(f"a run of checks has loaded {loaded}")
        return function(*tensors)
    return call

for name in %s:
    globals()[name] = guarded(globals()[name])
"""
GUARDED = {
    "divergence.py": ["kl_normal", "kl_standard_normal"],
    "elbo.py": ["elbo_definition", "elbo_decomposition", "bernoulli_log_likelihood", "elbo"],
    "vae.py": ["reparameterize"],
    "gan.py": ["discriminator_loss", "generator_loss_minimax", "generator_loss_nonsaturating"],
}
GRADE_AND_TELL = """
import sys
from autograder.cli import app
app(sys.argv[1:], standalone_mode=False)
print("loaded:", *sorted(m for m in sys.modules if "." not in m))
"""


@pytest.fixture
def guarded(tmp_path: Path) -> Path:
    """The model solution with functions that fail as soon as a heavy library is there."""
    files = dict(SOLVED)
    for file, names in GUARDED.items():
        files = with_code(file, GUARD % names, files)
    control = with_code("gan.py", "import sympy", files)
    put_folder(tmp_path / "guarded", files)
    put_folder(tmp_path / "control", control)
    return tmp_path


def test_a_run_of_checks_loads_nothing_heavy(guarded: Path) -> None:
    words = ["grade", "guarded", "control", "--no-training", "--out", "out", "--root", str(ROOT)]
    done = subprocess.run(
        [sys.executable, "-c", GRADE_AND_TELL, *words],
        cwd=guarded,
        env=clean({"AUTOGRADER_COURSE_KEY": str(guarded / "key")}),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert {"numpy", "autograder"} <= loaded
    assert not loaded & {"torch", "torchvision", "sympy", "matplotlib", "nbformat", "nbconvert"}
    assert "guarded: 55 of 55" in done.stderr
    assert "control: 43 of 55" in done.stderr  # the guard sees a library that a student's own file loads
