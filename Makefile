# make run: the app. make check: the quick tests. make test: all that continuous integration runs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# who else may reach the app: with 0.0.0.0 everybody in the network
ADDRESS ?= localhost
VENV := .venv
BIN := $(VENV)/bin
# tests on all cores; those in a browser by one of them
SHARED := -q -n auto --maxprocesses 8 --dist loadgroup

.PHONY: run dev check test tests lint js pictures clean help

run: $(VENV)/.installed ## start the app
	$(BIN)/python -m streamlit run streamlit_app.py --server.address=$(ADDRESS)

dev: $(VENV)/.installed ## start the app; pages run again when their source is saved
	$(BIN)/python -m streamlit run streamlit_app.py --server.address=$(ADDRESS) --server.fileWatcherType=auto

check: lint ## lint, types, and the tests that are neither slow nor in a browser
	$(BIN)/python -m pytest $(SHARED) -m "not slow and not browser"

test: $(VENV)/.installed-dev ## lint, types and all tests
	@$(MAKE) --no-print-directory --jobs=2 lint tests # types take half a minute of one core

tests: $(VENV)/.installed-dev
	$(BIN)/python -m pytest $(SHARED)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

js: ## tests of the latent view's JavaScript alone (pytest runs them too)
	@if command -v node >/dev/null; then node --test tests/js/*.test.mjs; \
	  else echo "Node is not installed: the JavaScript is not tested here."; fi

pictures: $(VENV)/.installed-dev ## every page at three sizes, light and dark, in pictures/; needs Chromium
	$(BIN)/python -m benchmarks.pictures

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/:/'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Latent Clusters needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made; on Debian: apt-get install python3-venv"; exit 1; }

# the stamps are as new as the requirements they were installed from
$(VENV)/.installed: requirements.txt | $(BIN)/python
	@$(BIN)/python deploy/cpu_torch.py
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.installed-dev: requirements.txt requirements-cluster.txt requirements-dev.txt | $(BIN)/python
	@$(BIN)/python deploy/cpu_torch.py
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $(VENV)/.installed $@
