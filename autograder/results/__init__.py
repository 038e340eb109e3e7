"""What a grading run leaves behind: the machine's outcome (result.json) and people's marks (marks.jsonl)."""
