"""Marks that cannot be followed are refused with file, line and the fix; the others tell what they solve."""

import pytest

from autograder.authoring.marks import Region, find_regions, refuse_marks
from autograder.errors import AuthoringError

FUNCTION = '''\
def double(x):
    """Twice x."""
    {0}
    return 2 * x
    {1}
'''
BEGIN, END = "### BEGIN SOLUTION 9-1 (a)", "### END SOLUTION"


def regions(text: str) -> list[Region]:
    return find_regions(text.encode(), "source/f.py")


def refusal(text: str) -> str:
    with pytest.raises(AuthoringError) as caught:
        regions(text)
    return str(caught.value)


def test_a_file_without_marks_has_no_regions() -> None:
    assert regions("def double(x): return 2 * x") == []


def test_a_region_names_the_function_and_the_exercise() -> None:
    assert regions(FUNCTION.format(BEGIN, END)) == [Region(3, 5, "9-1 (a)", "double")]


def test_a_method_is_named_with_its_class() -> None:
    method = "class VAE:\n" + "\n".join("    " + line for line in FUNCTION.format(BEGIN, END).splitlines())
    assert regions(method)[0].function == "VAE.double"


def test_a_function_inside_a_branch_is_named_without_the_branch() -> None:
    branch = "if True:\n" + "\n".join("    " + line for line in FUNCTION.format(BEGIN, END).splitlines())
    assert regions(branch)[0].function == "double"


@pytest.mark.parametrize("indent", ["", "    "])
def test_a_region_at_module_or_class_level_solves_no_function_and_needs_no_exercise(indent: str) -> None:
    text = f"class A:\n    y = 1\n{indent}### BEGIN SOLUTION\n{indent}z = 2\n{indent}### END SOLUTION\n"
    assert regions(text) == [Region(3, 5, None, None)]


def test_a_whole_helper_with_its_decorator_is_a_region_at_module_level() -> None:
    text = "### BEGIN SOLUTION\n@cache\ndef helper():\n    return 1\n### END SOLUTION\n"
    assert regions(text) == [Region(1, 5, None, None)]


def test_given_lines_may_stand_between_the_docstring_and_the_solution() -> None:
    text = FUNCTION.format(f"x = float(x)\n    {BEGIN}", END)
    assert regions(text) == [Region(4, 6, "9-1 (a)", "double")]


def test_the_line_ends_of_windows_change_nothing() -> None:
    text = FUNCTION.format(BEGIN, END)
    assert regions(text.replace("\n", "\r\n")) == regions(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            FUNCTION.format(BEGIN, f"{BEGIN}\n    {END}"),
            "source/f.py:5: nested solution marks. Close the region of line 3 first.",
        ),
        (
            FUNCTION.format(BEGIN, ""),
            "source/f.py:3: this region is never closed. Write '### END SOLUTION' after the solution.",
        ),
        (
            FUNCTION.format("", END),
            "source/f.py:5: END SOLUTION without BEGIN SOLUTION. Remove it or open the region.",
        ),
        (
            FUNCTION.format("### begin solution 9-1 (a)", END),
            "source/f.py:3: '### begin solution 9-1 (a)' is not a mark. "
            "Write '### BEGIN SOLUTION 9-1 (a)' or '### END SOLUTION'.",
        ),
        (
            FUNCTION.format(BEGIN, "### END SOLUTION 9-1 (a)"),
            "source/f.py:5: '### END SOLUTION 9-1 (a)' is not a mark. "
            "Write '### BEGIN SOLUTION 9-1 (a)' or '### END SOLUTION'.",
        ),
        (
            FUNCTION.format("### BEGIN SOLUTION", END),
            "source/f.py:3: the mark does not name its exercise. Write '### BEGIN SOLUTION 9-1 (a)'.",
        ),
        (
            FUNCTION.format("### BEGIN SOLUTION 9-1a", END),
            "source/f.py:3: the mark does not name its exercise. Write '### BEGIN SOLUTION 9-1 (a)'.",
        ),
        (
            FUNCTION.format(BEGIN, f"{END}\n    print(x)"),
            "source/f.py:5: code follows the solution of double. Move it between the marks.",
        ),
        (
            FUNCTION.format(BEGIN, END).replace('"""Twice x."""', "x = float(x)"),
            "source/f.py:3: double would have no docstring. Write one before BEGIN SOLUTION.",
        ),
        (
            f'def double(x):\n    {BEGIN}\n    """Twice x."""\n    return 2 * x\n    {END}\n',
            "source/f.py:2: double would have no docstring. Write one before BEGIN SOLUTION.",
        ),
        (
            f"@cache\n### BEGIN SOLUTION\n{FUNCTION.format('', '')}### END SOLUTION\n",
            "source/f.py:2: double would have no docstring. Write one before BEGIN SOLUTION.",
        ),
        (
            FUNCTION.format(f"if x:\n        {BEGIN}\n        return 0\n        {END}", ""),
            "source/f.py:4: this region stands in a nested block. Mark the whole rest of the function.",
        ),
        (
            FUNCTION.format(BEGIN, f"\nHALF = 1 / 2\n{END}"),
            "source/f.py:3: this region cuts a statement in two. Move its marks to the borders of statements.",
        ),
        (
            FUNCTION.format(f"{BEGIN}\n    x = (\n        x", f"{END}\n    )").replace(
                "    return 2 * x\n", ""
            ),
            "source/f.py:3: this region cuts a statement in two. Move its marks to the borders of statements.",
        ),
        (
            FUNCTION.format(f"{BEGIN}\n    # nothing\n    {END}", ""),
            "source/f.py:3: this region holds no code. Put the solution between its marks.",
        ),
        (
            f'"""Solutions stand between\n{BEGIN}\nand the end."""\n',
            "source/f.py:2: a solution mark inside code or text. Give it a line of its own.",
        ),
        (
            FUNCTION.format("", "").replace("2 * x", f"2 * x  {BEGIN}"),
            "source/f.py:4: a solution mark inside code or text. Give it a line of its own.",
        ),
        (
            f"def double(x:\n    {BEGIN}\n",
            "source/f.py:1: '(' was never closed. Correct the Python code.",
        ),
    ],
)
def test_a_mark_that_cannot_be_followed_is_refused_with_file_line_and_fix(text: str, message: str) -> None:
    assert refusal(text) == message


def test_marks_in_a_file_that_nothing_processes_are_refused() -> None:
    with pytest.raises(
        AuthoringError, match=r"^source/notes.md:2: marks are followed in .py and .ipynb files only"
    ):
        refuse_marks(f"The solution:\n{BEGIN}\n".encode(), "source/notes.md")


def test_a_binary_file_has_no_marks() -> None:
    refuse_marks(bytes(range(256)), "source/picture.png")


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(AuthoringError, match=r"^source/f.py: not UTF-8\. Save the file as UTF-8\.$"):
        find_regions("# µ".encode("latin-1"), "source/f.py")
