"""Changes a file that was handed out complete, and that a grader may trust.

Gain: loops and models of its own where ours are expected.
Hits: nothing
File: generative/training.py
"""

raise SystemExit("this is my training loop")
