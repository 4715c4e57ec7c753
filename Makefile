# Every way of running the project. `make` alone lists the targets.
# The virtual environment is made once and again only when a lock or pyproject.toml changes.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Tests run side by side, each file in one process; one more than there are cores, since many wait
# for a process or a clock. JOBS=1 runs them one after the other.
JOBS ?= 3
PYTEST := $(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder
TORCH := torch==2.13.0+cpu
# The CPU build has its own index; pip also looks where its configuration tells it to.
TORCH_INDEX := https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
QUESTION ?= My client is 3 weeks late for her Depo shot, can I still give it?
CORPUS ?= corpus
INDEX ?= index
FILE ?= corpus/tests/dev.jsonl

.PHONY: help setup run demo build ask eval test test-unit test-generative test-functional browser check check-types check-layers check-format fix bench load chaos lock documents pictures advisories clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 20

setup: $(VENV)/.runtime ## install what building and asking need

run: $(VENV)/.runtime ## set up, build the index from corpus/, and show the demo in the browser
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	@if [ -t 0 ]; then $(BIN)/kmqa demo --index $(INDEX); else $(BIN)/kmqa demo --check --index $(INDEX); fi

demo: $(VENV)/.runtime ## show the demo in the browser until it is stopped
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	$(BIN)/kmqa demo --index $(INDEX)

build: $(VENV)/.runtime ## build the index and print its id
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX)

ask: $(VENV)/.runtime ## ask one question: make ask QUESTION="..."
	@$(BIN)/kmqa ask --index $(INDEX) "$(QUESTION)"

eval: $(VENV)/.runtime ## run a test set: make eval FILE=corpus/tests/dev.jsonl
	$(BIN)/kmqa eval $(FILE) --index $(INDEX)

test: $(VENV)/.dev ## set up and run all tests
	$(PYTEST) tests/functional tests/generative tests/unit tests/spec

test-unit: $(VENV)/.dev ## only the quick tests: no model, no processes, no console
	$(PYTEST) -m 'not slow' tests/unit tests/spec

test-generative: $(VENV)/.dev ## only what must hold for any input
	$(PYTEST) tests/generative

test-functional: $(VENV)/.dev ## only the real commands with the real model
	$(PYTEST) tests/functional

browser: $(VENV)/.browser ## walk through the demo in a real browser (needs Debian's chromium)
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	$(PYTEST) tests/browser

check: $(VENV)/.dev ## format, lint, types, layers; changes nothing
	@$(MAKE) --no-print-directory -j 2 --output-sync=target check-types check-layers check-format

check-types:
	$(BIN)/mypy

check-layers:
	$(BIN)/lint-imports

check-format:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

fix: $(VENV)/.dev ## format and mend what can be mended by itself
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench ## measure quality, speed and memory beside peers; writes docs/benchmarks.md
	$(BIN)/python scripts/bench.py

load: $(VENV)/.dev ## measure the service under load, with real processes
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	$(BIN)/python scripts/load.py --index $(INDEX) --postgresql

chaos: $(VENV)/.dev ## break everything on purpose and count what is lost: make chaos CHAOS="--quick"
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	$(BIN)/python scripts/fault_injection.py --index $(INDEX) --postgresql $(CHAOS)

documents: $(VENV)/.documents ## make the PDFs of the starter corpus from corpus/documents/src
	$(BIN)/python scripts/make_documents.py

pictures: $(VENV)/.browser ## take the pictures of docs/ from the running demo
	$(BIN)/kmqa build --corpus $(CORPUS) --index $(INDEX) >/dev/null
	$(BIN)/python scripts/picture_phone.py --index $(INDEX)
	$(BIN)/python scripts/picture_console.py --index $(INDEX)

words: $(VENV)/.dev ## bring the catalogues of the console's words in line with its code
	$(BIN)/python scripts/update_words.py

lock: $(VENV)/.dev ## resolve the dependencies anew
	$(PIP) uv
	$(BIN)/uv lock --quiet
	$(BIN)/uv export -q --no-emit-project --no-default-groups --group torch-needs --group package -o requirements.lock
	$(BIN)/uv export -q --no-emit-project --group torch-needs --group package -o requirements-dev.lock

advisories: $(VENV)/.audit ## look for published weaknesses of the locked packages (weekly)
	@$(BIN)/python scripts/check_advisories.py

clean: ## remove the environment, the index and caches
	rm -rf $(VENV) index var .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || { echo 'A virtual environment could not be made. On Debian: apt-get install python3-venv'; exit 1; }

# The locks are complete, so nothing has to be resolved: pip's resolver does not see that a pinned
# coverage satisfies coverage[toml], and breaks off whenever a newer one appears (pypa/pip#9644).
# Torch first and alone: with it in place, nothing pulls the CUDA build.
$(VENV)/.torch: | $(VENV)/bin/python
	@echo "installing $(TORCH) (once, some 190 MB)"
	@$(PIP) --no-deps --retries 1 --timeout 30 --index-url $(TORCH_INDEX) '$(TORCH)'
	@touch $@

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/.torch
	@if [ ! -e $(VENV)/.dev ]; then echo "installing what kmqa needs (once)"; $(PIP) --no-deps --require-hashes -r requirements.lock; fi
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/.torch
	@echo "installing what kmqa and its tests need (once)"
	@$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@ $(VENV)/.runtime

$(VENV)/.bench: $(VENV)/.dev
	@$(PIP) --no-build-isolation --editable '.[bench]'
	@touch $@

$(VENV)/.browser: $(VENV)/.dev
	@$(PIP) --no-build-isolation --editable '.[browser]'
	@touch $@

$(VENV)/.audit: $(VENV)/.dev
	@$(PIP) --no-build-isolation --editable '.[audit]'
	@touch $@

$(VENV)/.documents: $(VENV)/.dev
	@$(PIP) --no-build-isolation --editable '.[pdf]'
	@touch $@
