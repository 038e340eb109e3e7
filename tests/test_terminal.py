"""The table of marks that `autograder grade` prints, as a person sees it."""

from pathlib import Path

from rich.console import Console

from autograder.results.store import read_result
from autograder.terminal import marks_table

GOLDEN = Path(__file__).parent / "results" / "golden" / "result-1.json"


def test_a_narrow_terminal_wraps_names_and_notes_and_cuts_no_number():
    result = read_result(GOLDEN)
    result.submission.name = "Schmidt-Hohenzollern_Anna-Katharina_1234567_assignsubmission_file"
    console = Console(width=80)
    with console.capture() as capture:
        console.print(marks_table([result]))
    printed = capture.get()
    scores = [q.score for q in result.questions if q.kind == "auto" and q.score is not None] + [result.score]
    assert {f"{score:g}" for score in scores} <= set(printed.split())
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
