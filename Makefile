# The commands that a person or a machine needs. Everything they make stays in .venv and in the project's own folders.

PROJECT ?= projects/demo
VENV := .venv
BIN := $(VENV)/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip
CONSTRAINTS := .ci/constraints.txt

# Left out when `python3` is new enough; a machine often has a newer one under its full name only.
PYTHONS := $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help demo test check format lint types security audit packages pytest trials programs hooks clean

help:
	@echo "make demo    start the demo installation and print its address (PROJECT=projects/demo); Ctrl-C ends it"
	@echo "make test    set everything up, then every check and every test"
	@echo "make check   style, types, security, known vulnerabilities, package conflicts"
	@echo "make format  put the code into its style"
	@echo "make hooks   run the quick checks before each commit"
	@echo "make trials  the long trials: kills by the hundred, stalled listeners, crowds, floods, damage"
	@echo "make clean   remove what these commands made (a project's journal and assets stay)"

# Set-up. The stamps make sure that a second run installs nothing.

$(BIN)/python:
	@for name in $(PYTHONS); do \
	    if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "Fantascope needs Python 3.11 or newer (looked for: $(PYTHONS)); name yours with PYTHON=..." >&2; exit 1; \
	fi; \
	if ! $$found -c 'import venv, ensurepip' 2>/dev/null; then \
	    echo "$$found cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi; \
	echo "Setting up $(VENV) with $$($$found --version) ..."; \
	$$found -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing what Fantascope needs (once; a minute or two) ..."
	@$(PIP) install --quiet --constraint $(CONSTRAINTS) --editable .
	@touch $@

$(VENV)/.tools: pyproject.toml $(CONSTRAINTS) | $(VENV)/.installed
	@echo "Installing the tools for checks and tests ..."
	@$(PIP) install --quiet --constraint $(CONSTRAINTS) --editable '.[test]'
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed
	@exec $(BIN)/fantascope up --foreground --project $(PROJECT)

# Checks and tests.

test: $(VENV)/.tools programs check pytest

check: lint types security audit packages

lint: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.tools
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/.tools
	$(BIN)/mypy . .ci/audit.py

security: $(VENV)/.tools
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml schemas bus services .ci

audit: $(VENV)/.tools
	@$(BIN)/python .ci/audit.py $(CONSTRAINTS)

packages: $(VENV)/.tools
	$(PIP) check

pytest: $(VENV)/.tools
	$(BIN)/pytest

trials: $(VENV)/.tools
	$(BIN)/pytest -m trial

# The tests look at the page with a real browser, and let every voice speak that Linux has.
programs:
	@missing=; \
	command -v flite >/dev/null 2>&1 || [ "$$(uname)" = Darwin ] || missing="$$missing flite"; \
	for name in chromium chromium-browser google-chrome google-chrome-stable \
	    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" /Applications/Chromium.app/Contents/MacOS/Chromium; do \
	    if command -v "$$name" >/dev/null 2>&1; then found=yes; fi; \
	done; \
	[ -n "$$found" ] || missing="$$missing chromium"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	    echo "Installing what the tests need:$$missing ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	        || echo "Could not install$$missing: the tests that need it will not pass." >&2; \
	else \
	    echo "The tests need$$missing. On Debian: sudo apt-get install$$missing" >&2; \
	fi

hooks: $(VENV)/.tools
	$(BIN)/pre-commit install

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache *.egg-info build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
