"""The only code of ours that runs beside a student's. Nothing here is trusted by the grader."""
