# Every target sets up what it needs: `make crawl` and `make test` work on a fresh machine.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

BENCH_VENV := .venv-bench
BENCH_STAMP := $(BENCH_VENV)/.installed

.PHONY: help install crawl test browse lint docs bench

help:  ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

install: $(STAMP)  ## the virtual environment with all that the commands need

crawl: $(STAMP)  ## crawl the sample web into data/archive.db
	@$(BIN)/python -m sample.demo

test: $(DEV_STAMP)  ## run the tests
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

browse: $(STAMP)  ## read the archive in Datasette, on loopback
	@$(BIN)/python -m archive serve

lint: $(DEV_STAMP)  ## style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

docs: $(STAMP)  ## the reference of the commands, from their --help
	@$(BIN)/python -m archive.cli.reference

bench: $(BENCH_STAMP)  ## measure quality and speed beside the peers (ARGS=--help)
	@$(BENCH_VENV)/bin/python -m benchmarks $(ARGS)

$(VENV)/bin/python $(BENCH_VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python has no venv. Mend it with: sudo apt-get install -y python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(@:/bin/python=)

$(STAMP): requirements.txt | $(VENV)/bin/python
	@echo "Installing what the commands need (once) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt requirements-replay.txt requirements-cluster.txt $(STAMP)
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements-dev.txt -r requirements-cluster.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-warn-conflicts --upgrade --target $(VENV)/replay -r requirements-replay.txt
	@touch $@

# The peers need a pip that knows two extras of one package; the one of Debian 12 does not.
$(BENCH_STAMP): requirements.txt benchmarks/requirements.txt | $(BENCH_VENV)/bin/python
	@echo "Installing what the bench needs (once) ..."
	@$(BENCH_VENV)/bin/python -m pip install -qq --disable-pip-version-check "pip>=25"
	@$(BENCH_VENV)/bin/python -m pip install -qq --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@
