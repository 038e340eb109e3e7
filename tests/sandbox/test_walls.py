"""What the room imports: nothing of the project but its errors, and torch only beside the student."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import autograder.sandbox

ROOM = Path(str(autograder.sandbox.__file__)).parent
FILES = sorted(ROOM.rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield str(node.module)


@pytest.mark.parametrize("file", FILES, ids=[str(file.relative_to(ROOM)) for file in FILES])
def test_the_walls_stand(file: Path) -> None:
    names = set(imported(file))
    ours = {name for name in names if name.partition(".")[0] == "autograder"}
    assert {n for n in ours if not n.startswith(("autograder.sandbox", "autograder.errors"))} == set()
    assert not names & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    if ROOM / "inside" not in file.parents:
        assert "torch" not in {name.partition(".")[0] for name in names}
        assert not [n for n in ours if n.startswith("autograder.sandbox.inside")]
