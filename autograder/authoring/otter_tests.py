"""Otter's test files: its `grader.check("9-1a")` asks the release's own public checks.

Otter reads one file per question from tests/, of which its name is the question's. They all say the same, so that the
checks have one definition, `generative/anchors.py`.
"""

from collections.abc import Iterable

# Otter shows the line of this text that failed, so the call stands on a line that says where to read on.
FILE = '''"""Otter: `grader.check("{question}")` runs the public checks of `generative/anchors.py`."""

from generative.check import HIDDEN, of_question, require
from otter.test_files import test_case

OK_FORMAT = False
name = "{question}"
checks = of_question(name)


def case(check):
    def test():
        require(check)  # defined in generative/anchors.py

    further = f"Hidden criteria look at: {{HIDDEN[name]}}." if check is checks[-1] else None
    return test_case(name=check.title, success_message=further)(test)


for number, check in enumerate(checks):
    globals()[f"case_{{number}}"] = case(check)
'''


def make_otter_tests(questions: Iterable[str]) -> dict[str, bytes]:
    """Contents by path below the release, one file per question."""
    return {f"tests/{question}.py": FILE.format(question=question).encode() for question in questions}
