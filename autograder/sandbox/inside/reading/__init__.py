"""What a person should look at in a submission's code, found by reading it.

Nothing is executed here, and no mark depends on it: what is found calls a person (`Flag`). The code of this exercise is
written in a small part of Python: arithmetic on tensors, functions, classes of layers. To reach into the process beside
it (frames, modules, the memory behind objects), to change a library, or to bring numbers along, code must leave that
part, and whoever leaves it is named with file and line. Most of the rules are lists of what is usual; what is on none
is named, since a question too many costs a glance.
"""
