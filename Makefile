# `make demo` and `make test` need Python 3.11 or newer with venv (on Debian: apt-get install python3-venv) and nothing else.
# On Windows, make and the few tools used below come with Git's bash.
VENV := .venv
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := $(VENV)/Scripts
EXE := .exe
else
PYTHON ?= python3
BIN := $(VENV)/bin
EXE :=
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install --quiet --constraint constraints.txt

.DEFAULT_GOAL := help
.PHONY: help demo test types coverage test-fast test-deep browser compilers docs package bench format hooks changelog clean

help:  ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ —/'

$(BIN)/python$(EXE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gatewise needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "$(PYTHON) has no venv. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: $(BIN)/python$(EXE) pyproject.toml constraints.txt
	$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	$(INSTALL) --editable '.[test,lint]'
	@touch $@

$(VENV)/.docs: $(VENV)/.run
	$(INSTALL) --editable '.[docs]'
	@touch $@

$(VENV)/.package: $(BIN)/python$(EXE) constraints.txt
	$(INSTALL) build
	@touch $@

$(VENV)/.bench: $(VENV)/.run
	$(INSTALL) --editable '.[bench]'
	@touch $@

demo: $(VENV)/.run  ## compare RNN, LSTM and GRU on a year of hourly weather
	$(BIN)/gatewise compare sample:weather --horizon 24 --budget 110s --output gatewise-output

test: $(VENV)/.test  ## style, types and all tests, as in CI
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

types: $(VENV)/.test  ## types as on Linux, macOS and Windows, wherever this runs
	$(BIN)/mypy --platform linux
	$(BIN)/mypy --platform darwin
	$(BIN)/mypy --platform win32

coverage: $(VENV)/.test  ## all tests, and which lines none of them runs; a quarter slower
	$(BIN)/python -m pytest --numprocesses 2 --cov --cov-report term:skip-covered

test-fast: $(VENV)/.test  ## the tests that take less than a second each
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow and not deep"

test-deep: $(VENV)/.test  ## the tests that repeat what others show, for more cells, threads, widths and signals
	$(BIN)/python -m pytest --numprocesses 2 -m deep

browser:  ## install Chromium, in which the inspector is tested (Debian; elsewhere those tests are skipped)
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update --quiet --quiet && apt-get install --yes --quiet --no-install-recommends chromium; } || echo "no chromium: tests of the inspector in a browser are skipped"

COMPILERS := gcc clang libclang-rt-dev gcc-arm-linux-gnueabihf libc6-dev-armhf-cross gcc-riscv64-linux-gnu libc6-dev-riscv64-cross qemu-user
compilers:  ## install the C compilers, also for other processors, by which exported C is tested (Debian; elsewhere skipped)
	@command -v clang >/dev/null && command -v arm-linux-gnueabihf-gcc >/dev/null && command -v riscv64-linux-gnu-gcc >/dev/null && command -v qemu-arm >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update --quiet --quiet && apt-get install --yes --quiet --no-install-recommends $(COMPILERS); } || echo "compilers are missing: tests of exported C that need them are skipped"

docs: $(VENV)/.docs  ## the site, with its tutorials executed: docs/_build/html/index.html
	$(BIN)/python -m sphinx --builder html --conf-dir docs --quiet --fail-on-warning --keep-going . docs/_build/html
	$(BIN)/python docs/extensions/links.py docs/_build/html

package: $(VENV)/.package  ## wheel and sdist in dist/, and the wheel tried in an environment of its own
	$(BIN)/python release/package.py

bench: $(VENV)/.bench  ## speed of the layers beside JAX, ONNX Runtime, OpenVINO and torch.nn
	$(BIN)/python -m benchmarks layers

format: $(VENV)/.test  ## put the code in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

hooks: $(VENV)/.test  ## have git check style and types before each commit
	$(BIN)/pre-commit install

changelog: $(VENV)/.test  ## what the next release brings, as CHANGELOG.md will say it
	@$(BIN)/towncrier build --draft

clean:  ## remove what make created
	rm -rf $(VENV) dist gatewise-output .coverage docs/_build docs/reference/generated
