"""The pages: feedback.html, staff.html, index.html and grades.csv."""

from autograder.feedback.report import report, write_class_pages, write_pages

__all__ = ["report", "write_class_pages", "write_pages"]
