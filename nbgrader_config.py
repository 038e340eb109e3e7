"""nbgrader on this course: run its commands here, after `autograder build`.

nbgrader reads what the build staged in build/nbgrader/source (stub .py files, the notebook with its marks), never
source/ itself, because it copies .py files as they are. After an edit of source/ it works on the old stage until the
next build; a solved line is in no stage. `autograder build` reads the options of ClearSolutions from this file too.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
ASSIGNMENT = "generative-models"
STAGE = ROOT / "build" / "nbgrader" / "source"

c = get_config()  # noqa: F821  (nbgrader defines it)

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.course_id = "generative-models"
c.CourseDirectory.source_directory = "build/nbgrader/source"
c.CourseDirectory.release_directory = "release"
# solutions/ belongs to `autograder build`; nbgrader's own is executed, with its outputs
c.CourseDirectory.solution_directory = "build/nbgrader/solution"
c.CourseDirectory.source_with_tests_directory = "build/nbgrader/source_with_tests"
c.CourseDirectory.submitted_directory = "build/nbgrader/submitted"
c.CourseDirectory.autograded_directory = "build/nbgrader/autograded"
c.CourseDirectory.feedback_directory = "build/nbgrader/feedback"
c.CourseDirectory.db_url = f"sqlite:///{ROOT}/build/nbgrader/gradebook.db"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "__pycache__", ".pytest_cache", ".DS_Store", "data"]

# `nbgrader autograde` would put the staged stubs over the students' solutions
c.Autograde.exclude_overwriting = {
    ASSIGNMENT: [str(path.relative_to(STAGE / ASSIGNMENT)) for path in (STAGE / ASSIGNMENT).rglob("*.py")]
}

# What a student handed in is graded by our engine (`GradeByEngine.training`, `.data`); no kernel is started.
STEPS = "autograder.fronts.nbgrader.preprocessors"
c.Autograde.sanitize_preprocessors = [
    f"{STEPS}.PlainNotebook",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    f"{STEPS}.RestoreCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    f"{STEPS}.GradeByEngine",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    f"{STEPS}.ExchangeMarks",
    f"{STEPS}.HarmlessCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    f"{STEPS}.FeedbackOfToday",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.ExportApp.plugin_class = "autograder.fronts.nbgrader.plugins.CsvWithMarks"

# `nbgrader zip_collect`: archives ID.zip or ID_anything.zip, with the exercise at the top or one folder down
c.ZipCollectApp.downloaded_directory = "build/nbgrader/downloaded"
c.FileNameCollectorPlugin.named_regexp = (
    rf".*/extracted/(?P<student_id>[^/_]+)[^/]*/(?:{ASSIGNMENT}/)?(?P<file_id>.+)"
)
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py", ".md", ".txt", ".pdf", ".png", ".jpg", ".jpeg"]

c.ClearSolutions.code_stub = {"python": "# Your code here.\nraise NotImplementedError"}
c.ClearSolutions.text_stub = "*Your answer here.*"
