"""The source tree that nbgrader's own commands read.

nbgrader copies every file that is no notebook as it is. So it gets the release's files, and beside them the notebooks
with their marks: whatever a hand-run command does with this tree, no solved line of a Python file can come out.
"""

from autograder.authoring.trees import Tree


def stage(release: Tree, source: Tree) -> dict[str, bytes]:
    """The release, with the marked notebooks of the source instead of its own."""
    return {name: source[name] if name.endswith(".ipynb") else content for name, content in release.items()}
