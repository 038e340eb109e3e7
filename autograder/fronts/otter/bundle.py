"""dist/otter.zip: what `otter run` reads, with our plugin in the place of its tests.

Otter takes a submission's tests out of this zip and runs them in the kernel of the student's notebook. So the test files
say nothing, and the notebook that Otter runs is empty: the plugin asks the engine. The course (grading.yml and the
release, of which given files are taken) is in the zip, so that a zip keeps the marks that it was built with.
"""

import json
from pathlib import Path

from autograder.authoring.trees import read_tree
from autograder.spec.model import Spec

PLUGIN = "autograder.fronts.otter.plugin.EnginePlugin"
COURSE = "course"
ASSIGNMENT = "generative-models"

TEST = '''"""The engine grades this question; what Otter runs here says nothing."""

OK_FORMAT = True
test = {{"name": "{question}", "points": 0, "suites": []}}
'''


def otter_files(spec: Spec, root: Path, *, training: bool = True) -> dict[str, bytes]:
    """Contents by path in the zip; without `training` the training runs are left out and no data are needed."""
    release = f"release/{ASSIGNMENT}"
    config = {"plugins": [{PLUGIN: {"training": training}}], "print_summary": False}
    return {
        "otter_config.json": (json.dumps(config, indent=2)).encode(),
        **{
            f"tests/{q.id}.py": TEST.format(question=q.id).encode()
            for q in spec.questions
            if q.kind == "auto"
        },
        f"{COURSE}/grading.yml": (root / "grading.yml").read_bytes(),
        **{f"{COURSE}/{release}/{name}": content for name, content in read_tree(root / release).items()},
    }
