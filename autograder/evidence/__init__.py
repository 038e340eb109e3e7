"""The proof that the marks are right: what every fact says of every known bug and of every equivalent.

`python -m autograder.commands.evidence` (or `make evidence`) measures it over many seeds and writes
`docs/evidence/kill-matrix.json`, from which the page beside it and the table of `docs/marking.md` are made.
"""
