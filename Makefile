# Linli. What each target does is promised in docs; they stay put.
PORT ?= 8000
PY := .venv/bin/python
PYTEST := $(PY) -m pytest -n 2 --dist loadfile
UNITS := --ignore=tests/stories

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-dev demo check test lint units stories postgres chromium bench screenshots lock format messages

help:  ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*##/  make \1 \t/' | expand -t 22

setup:  ## environment, locked dependencies, front-end libraries, catalogues
	@sh scripts/with_python scripts/setup.py

setup-dev:  ## the same with everything the tests need
	@sh scripts/with_python scripts/setup.py --dev

demo: setup  ## a simulated neighbourhood at http://127.0.0.1:8000 (PORT=)
	@.venv/bin/linli demo --port $(PORT)

lint: setup-dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	$(PY) -m linli.kit.catalogue check
	$(PY) -m django makemigrations --check --dry-run --settings linli.settings

units: setup-dev
	env -u DATABASE_URL $(PYTEST) $(UNITS)

check: lint units  ## lint, types, house rules, unit tests on SQLite

chromium: setup-dev
	@$(PY) -m scripts.chromium

stories: chromium
	env -u DATABASE_URL $(PYTEST) tests/stories

postgres: setup-dev
	@$(PY) -m scripts.with_postgres -- $(PYTEST) $(UNITS)

test: | check stories postgres  ## everything CI checks

bench: setup-dev  ## every figure in docs/performance.md
	$(PY) -m bench

screenshots: chromium  ## the pictures in the README
	$(PY) -m scripts.screenshots

lock: setup-dev  ## write the lock files anew
	$(PY) -m scripts.lock

format: setup-dev  ## lay out the code
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

messages: setup-dev  ## collect the words to translate, compile, say what is missing
	$(PY) -m linli.kit.catalogue merge
	$(PY) -m linli.kit.catalogue compile
	$(PY) -m linli.kit.catalogue check
