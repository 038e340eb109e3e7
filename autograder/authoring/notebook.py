"""Release and solution notebooks, made by nbgrader's own steps.

The release notebook is byte for byte what `nbgrader generate_assignment` writes: the same steps in the same order, the
same configuration file, the same writer. Only SaveCells is left out, which reads the cells into the gradebook and
changes nothing. nbgrader is imported inside functions: it costs more than everything else in this package.
"""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from autograder.authoring.cells import DELIMITER, check_cells, read_cells
from autograder.errors import AuthoringError


def load_config(root: Path) -> Any:
    """The traitlets configuration in `root/nbgrader_config.py`, which hand-run nbgrader commands read as well."""
    from traitlets.config.loader import PyFileConfigLoader

    path = root / "nbgrader_config.py"
    if not path.is_file():
        raise AuthoringError(
            f"{path}: not found. Run this in the folder that holds source/ and nbgrader_config.py."
        )
    return PyFileConfigLoader(path.name, path=str(root)).load_config()


def make_release_notebook(content: bytes, path: str, config: Any) -> bytes:
    """The notebook without solutions, outputs, hidden tests and mark schemes; answer cells hold the stub texts."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells

    check_cells(read_cells(content, path))
    return _convert(content, path, GenerateAssignment(config=config), without=SaveCells)


def make_solved_notebook(content: bytes, path: str, config: Any) -> bytes:
    """The notebook with the model answers, without marks and outputs: `nbgrader generate_solution`, not executed."""
    from nbgrader.converters import GenerateSolution
    from nbgrader.preprocessors import Execute

    check_cells(read_cells(content, path))
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).split("\n")
        cell["source"] = "\n".join(line for line in lines if not _is_mark(line))
    unmarked = json.dumps(notebook).encode()
    return _convert(unmarked, path, GenerateSolution(config=config), without=Execute)


def _convert(content: bytes, path: str, converter: Any, without: type) -> bytes:
    from nbgrader.nbgraderformat import SchemaTooNewError, SchemaTooOldError, ValidationError

    exporter = converter.exporter_class(config=converter.config)
    for step in converter.preprocessors:
        if step is not without:
            exporter.register_preprocessor(step)
    try:
        text, _ = exporter.from_file(StringIO(content.decode()))
    except (RuntimeError, ValueError, ValidationError, SchemaTooOldError, SchemaTooNewError) as error:
        raise AuthoringError(
            f"{path}: nbgrader refuses it: {error} Correct the cell in JupyterLab."
        ) from error
    return str(text).encode()


def _is_mark(line: str) -> bool:
    """Whether the line is a delimiter that `generate_solution` would leave; it takes mark schemes out itself."""
    match = DELIMITER.search(line)
    return match is not None and match["region"] != "MARK SCHEME"
