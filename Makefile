# Two commands: `make demo` sets up and runs the main job, `make test` sets up and passes all tests.
PYTHON ?= python3
BIN := .venv/bin
DEMO := build/demo
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: demo test doors evidence hostile calibrate bench locks clean

# Build, make a class of 12, grade it with training, print the marks and where the pages are.
demo: .venv/installed
	$(BIN)/autograder build
	rm -rf $(DEMO)
	$(BIN)/autograder sample $(DEMO)/submissions --size 12
	$(BIN)/autograder grade $(DEMO)/submissions/* --out $(DEMO)/graded --jobs 2 $$($(BIN)/python -m autograder.data.choose)

# Everything that must hold: style, types, release and solutions in step with source, tests. Each of
# their processes has one thread, since threads that wait for a busy core cost more than they bring.
test: .venv/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder build --check
	OMP_NUM_THREADS=1 $(BIN)/pytest -n auto

# Every door with all ten submissions; `make test` takes some of them through the slow ones.
doors: .venv/installed-test
	ALL_TEN=1 $(BIN)/pytest tests/fronts

# What every fact says of every known bug and equivalent: docs/evidence/ and the table of docs/marking.md.
evidence: .venv/installed
	$(BIN)/python -m autograder.commands.evidence

# Every attack of tests/hostile/ in every mode, each layer off in turn: docs/evidence/hostile.md. Needs root.
hostile: .venv/installed-test
	$(BIN)/python -m tests.hostile.measure

# What the training gates rest on: docs/calibration.md. Takes hours with all seeds; goes on where it stopped.
calibrate: .venv/installed
	$(BIN)/autograder calibrate --data embedded
	$(BIN)/autograder calibrate

# The figures in benchmarks/README.md.
bench: .venv/installed
	$(BIN)/python benchmarks/grading_cost.py
	$(BIN)/python benchmarks/layers_cost.py
	$(BIN)/python benchmarks/training_cost.py --data embedded

# What machines install that only grade: autograder/fronts/locks/. Needs the package index.
locks: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/python -m autograder.fronts.locks.make

# build/nbgrader stays: it holds what nbgrader collected, its gradebook, and marks that people gave.
clean:
	rm -rf .venv dist
	if [ -d build ]; then find build -mindepth 1 -maxdepth 1 ! -name nbgrader -exec rm -rf {} +; fi

# torch first and alone, with a range that its tested release tops; otherwise another package chooses it.
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch>=2.11,<2.14"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@
