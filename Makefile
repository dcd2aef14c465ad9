# The verbs of this house. `make help` lists them; each creates what it needs.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.installed

# The first Python that is new enough and can make a virtual environment; PYTHON=… chooses another.
FIT := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c '$(FIT)' >/dev/null 2>&1 && echo $$p && break; done)

PO := $(wildcard */locale/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

# What the tests find on this machine: a PostgreSQL that was named, or Debian's; a Chromium that was named, or the PATH's.
PG_VIRTUALENV := $(if $(wildcard /usr/lib/postgresql/*/bin/initdb),$(shell command -v pg_virtualenv))
POSTGRES := $(if $(LINLIBAN_TEST_DATABASE_URL),the one of LINLIBAN_TEST_DATABASE_URL,$(if $(PG_VIRTUALENV),Debian's))
CHROMIUM := $(or $(LINLIBAN_CHROMIUM),$(shell command -v chromium))
PYTEST := $(BIN)/python -m pytest
SUITE := $(PYTEST) -n 2 --ignore=tests/faults
FAULTS := $(PYTEST) -n 3 --maxschedchunk=1 tests/faults
SOAK := $(PYTEST) -n 2 -m soak -rP -o faulthandler_timeout=0

# Programs are started by the hundred; without it each would compile all of ours anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help venv demo run test test-sqlite test-postgres test-faults test-browser soak check bench fmt catalogues lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

venv: $(READY) $(MO)  ## install everything into .venv, by hash, from requirements.lock

$(READY): requirements.lock pyproject.toml
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed and was not found:" \
		"install it (Debian: apt-get install python3.11-venv), or name it: make PYTHON=/path/to/python3.11" >&2; exit 2; }
	@echo "Installing into .venv …"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

demo: venv  ## a practice Telegram with bot, clock and phones on one page, on this machine only
	@$(BIN)/linliban demo

run: venv  ## the bot itself, configured by the environment (.env.example)
	@$(BIN)/linliban run

test: venv  ## every test: on SQLite, on PostgreSQL and in a browser, where they are there
	@$(MAKE) --no-print-directory test-sqlite
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test-faults
	@$(MAKE) --no-print-directory test-browser
	@echo "Databases used: SQLite$(if $(POSTGRES), and PostgreSQL ($(POSTGRES)), only; no PostgreSQL was found)."
	@echo "Browser used: $(or $(CHROMIUM),none; no Chromium was found)."

test-sqlite: venv
	@$(call on_sqlite,The suite,$(SUITE))

test-postgres: venv
	@$(call on_postgres,The suite,$(SUITE))

test-faults: venv  ## the program killed, frozen, cut off, out of disk: the part of the tests that takes its time
	@$(call on_sqlite,The faults,$(FAULTS))
	@$(call on_postgres,The faults,$(FAULTS))

soak: venv  ## a thousand kills and a hundred orderly ends under load, on each database: half an hour
	@$(call on_sqlite,The long faults,$(SOAK))
	@$(call on_postgres,The long faults,$(SOAK))

test-browser: venv
ifneq ($(CHROMIUM),)
	@echo "== The pages in $(CHROMIUM)"
	@LINLIBAN_CHROMIUM="$(CHROMIUM)" $(PYTEST) -m browser
else
	@$(call missing,Chromium,set LINLIBAN_CHROMIUM or apt-get install chromium)
endif

# on_sqlite TITLE,COMMAND
on_sqlite = echo "== $1 on SQLite"; env -u LINLIBAN_TEST_DATABASE_URL $2

# on_postgres TITLE,COMMAND: on the server that was named, else on one that lives as long as the command
ifneq ($(LINLIBAN_TEST_DATABASE_URL),)
on_postgres = echo "== $1 on PostgreSQL ($(POSTGRES))"; $2
else ifneq ($(PG_VIRTUALENV),)
on_postgres = echo "== $1 on PostgreSQL ($(POSTGRES))"; \
	$(PG_VIRTUALENV) -t -o synchronous_commit=off -o full_page_writes=off sh -c '\
	LINLIBAN_TEST_DATABASE_URL="postgresql+psycopg://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" $2'
else
on_postgres = $(call missing,PostgreSQL,set LINLIBAN_TEST_DATABASE_URL or apt-get install postgresql)
endif

# missing NAME,CURE: a remark here, a failure where everything is asked for
missing = echo "$1 was not found; to test with it, $2."; test "$$LINLIBAN_REQUIRE_ALL" != 1

check: venv catalogues  ## format, lint, types, imports, catalogues, then every test
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory test

bench: venv  ## each measure against a baseline of the same run, one JSON line a measure
	@$(BIN)/python -m bench

fmt: venv  ## put the sources in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

catalogues: $(MO)  ## compile and check the translations

%.mo: %.po | $(READY)
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@ || { rm -f $@; exit 1; }

lock: venv  ## requirements.lock anew from pyproject.toml (needs uv on the PATH)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --upgrade --quiet --output-file requirements.lock
