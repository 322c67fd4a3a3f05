# Everything here sets itself up: it needs python3 (3.11 or later) and, the first time, a package index.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLEE := .venv-flee
CRISES ?=
SCENARIO ?= mosul-2017
ARGS ?=
PYTEST_ARGS ?=
WORKERS ?= auto
BESIDE := PYTHONPATH=benchmarks:tests $(BIN)/python
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help forecast board test test-fast lint bench bench-board bench-continue bench-flee score score-flee score-blend flee-reference flee-exactness docs readme clean chromium postgres warm

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

forecast: $(VENV)/.run ## Forecast west Mosul as of 28 February 2017 (SCENARIO=folder, ARGS="--members 200")
	@$(BIN)/saferground forecast $(SCENARIO) $(ARGS)

board: $(VENV)/.dev ## Open the planning board in the browser (ARGS="--port 9000")
	@$(BIN)/saferground serve $(ARGS)

test: lint chromium postgres warm ## Lint, types and every test
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

test-fast: $(VENV)/.dev ## Tests that take no more than a few seconds each
	$(BIN)/python -m pytest -q -m "not slow and not browser" $(PYTEST_ARGS)

lint: $(VENV)/.dev ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev ## Measure speed and memory, write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/all.py

bench-board: $(VENV)/.dev ## Readers, saves and refits of the planning board at once, write benchmarks/BOARD.md (ARGS="--readers 50")
	$(BESIDE) benchmarks/bench_board_load.py --write $(ARGS)

bench-continue: $(VENV)/.dev ## Fits continued day after day beside fits from the start, write benchmarks/CONTINUE.md (ARGS="--dates 10")
	$(BIN)/python benchmarks/bench_continue.py --write $(ARGS)

bench-flee: $(VENV)/.dev $(FLEE)/.ready ## Speed and memory beside Flee 3.1, write benchmarks/FLEE.md (CRISES=folder)
	$(BESIDE) -m beside_flee.speed $(if $(CRISES),--crises "$(CRISES)") $(ARGS)

score-flee: $(VENV)/.dev $(FLEE)/.ready ## Scores of Flee, ours and naive forecasts, write benchmarks/FLEE_SCORES.md (CRISES=folder)
	$(BESIDE) -m beside_flee.scores $(if $(CRISES),--crises "$(CRISES)") $(ARGS)

score: $(VENV)/.dev ## Score forecasts of both sieges and of CRISES=folder, write benchmarks/SCORES.md
	$(BIN)/saferground score mosul-2017 raqqa-2017 $(patsubst %/input_csv,%,$(wildcard $(CRISES)/*/input_csv)) --out runs/scores $(ARGS)
	$(BIN)/python benchmarks/scores_page.py runs/scores

score-blend: $(VENV)/.dev ## Is the blend better with the journey model in it? Write benchmarks/JOURNEY_BLEND.md (CRISES=folder)
	$(BESIDE) -m journey_blend.scores $(if $(CRISES),--crises "$(CRISES)") $(ARGS)

flee-reference: $(VENV)/.dev $(FLEE)/.ready ## Results of Flee 3.1 that tests compare with (ARGS="network ...")
	PYTHONPATH=tests $(BIN)/python tools/flee_reference.py $(ARGS)

flee-exactness: $(VENV)/.dev ## Compare with them, write docs/explanation/flee-exactness.md
	PYTHONPATH=tests $(BIN)/python tools/flee_exactness.py $(ARGS)

docs: $(VENV)/.dev ## Write docs/reference again, and the output that the pages show
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/commands.py --write

readme: $(VENV)/.dev ## Run the examples of README.md and write their output into it
	$(BIN)/python tools/readme.py

clean: ## Remove the environment, caches and build products (not runs/)
	rm -rf $(VENV) $(FLEE) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
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

# Flee has an environment of its own; where mpich cannot be installed, pflee is not measured.
$(FLEE)/.ready: benchmarks/beside_flee/constraints.txt
	@tools/make-venv $(PYTHON) $(FLEE)
	@echo "Installing Flee 3.1 into $(FLEE) ..."
	@$(FLEE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $< flee==3.1
	@$(FLEE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $< mpich || true
	@touch $@

# Test processes then find the compiled kernels instead of compiling them each on their own.
warm: $(VENV)/.dev
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	for example in small-city small-country; do \
	$(BIN)/saferground forecast examples/$$example --members 1 --quiet --out "$$folder/$$example" & done && wait

chromium:
	@tools/get-chromium

postgres:
	@tools/get-postgres
