"""What a person should look at in a submission's code, found by reading it before any of it runs.

`program` reads the files that take part (`reached`), and `rules` look at them. No mark depends on what the rules find: it
calls a person (`Flag`).
"""
