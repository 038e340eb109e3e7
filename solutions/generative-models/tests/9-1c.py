"""Otter: `grader.check("9-1c")` runs the public checks of `generative/anchors.py`."""

from generative.check import HIDDEN, of_question, require
from otter.test_files import test_case

OK_FORMAT = False
name = "9-1c"
checks = of_question(name)


def case(check):
    def test():
        require(check)  # defined in generative/anchors.py

    further = f"Hidden criteria look at: {HIDDEN[name]}." if check is checks[-1] else None
    return test_case(name=check.title, success_message=further)(test)


for number, check in enumerate(checks):
    globals()[f"case_{number}"] = case(check)
