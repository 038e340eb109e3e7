"""nbgrader: its own commands on this course, with our engine in the place of a kernel.

nbgrader_config.py at the root of the course names the classes of this room. A check cell of the notebook stands for one
automatic question, an answer cell for one written question; what nbgrader shows and stores is made of result.json and
marks.jsonl in build/nbgrader/graded/.
"""
