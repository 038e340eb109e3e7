"""Where this course's things are in nbgrader."""

NOTEBOOK = "generative_models"
"""nbgrader's name of the notebook."""

GRADED = "build/nbgrader/graded"
"""The class folder of nbgrader's submissions, below the course's root: results, pages and marks.jsonl."""
