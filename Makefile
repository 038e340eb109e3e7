# Two commands: `make demo` sets up and runs the main job, `make test` sets up and passes all tests.
PYTHON ?= python3
BIN := .venv/bin
DEMO := build/demo

.PHONY: demo test setup build evidence bench clean

demo: setup  ## build, make a class of 12, grade it with training, print the marks
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/autograder build
	rm -rf $(DEMO)
	$(BIN)/autograder sample $(DEMO)/submissions --size 12
	$(BIN)/autograder grade $(DEMO)/submissions/* --out $(DEMO)/graded --jobs 2 $$($(BIN)/python -m autograder.data.choose)

test: setup-test  ## everything that must hold: style, types, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/autograder build --check
	$(BIN)/pytest

bench: setup  ## the figures in benchmarks/README.md
	$(BIN)/python benchmarks/grading_cost.py

clean:
	rm -rf .venv build

setup: .venv/installed
setup-test: .venv/installed-test

# torch first and alone: its newest release within the range that the package is tested with.
.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch>=2.11,<2.14"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/installed-test: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@
