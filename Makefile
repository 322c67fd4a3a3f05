# Everything here sets itself up: it needs python3 (3.11 or later) and, the first time, a package index.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCENARIO ?= mosul-2017
ARGS ?=
PYTEST_ARGS ?=
WORKERS ?= auto
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help forecast test test-fast lint bench docs readme clean chromium warm

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

forecast: $(VENV)/.run ## Forecast west Mosul as of 28 February 2017 (SCENARIO=folder, ARGS="--members 200")
	@$(BIN)/saferground forecast $(SCENARIO) $(ARGS)

test: lint chromium warm ## Lint, types and every test
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

test-fast: $(VENV)/.dev ## Tests that take no more than a few seconds each
	$(BIN)/python -m pytest -q -m "not slow and not browser" $(PYTEST_ARGS)

lint: $(VENV)/.dev ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev ## Measure speed and memory, write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/all.py

docs: $(VENV)/.dev ## Write docs/reference again, and the output that the pages show
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/commands.py --write

readme: $(VENV)/.dev ## Run the examples of README.md and write their output into it
	$(BIN)/python tools/readme.py

clean: ## Remove the environment, caches and build products (not runs/)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up ---

$(BIN)/python:
	@tools/make-venv $(PYTHON) $(VENV)

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Saferground into $(VENV) ..."
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Saferground and its tools into $(VENV) ..."
	@$(INSTALL) --editable '.[dev]'
	@touch $(VENV)/.run $@

# Test processes then find the compiled kernel instead of compiling it each on their own.
warm: $(VENV)/.dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/saferground forecast examples/small-city --members 1 --quiet --out "$$folder/run"

chromium:
	@tools/get-chromium
