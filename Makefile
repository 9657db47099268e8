# `make` or `make help` lists what there is.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
PORT ?= 8000
DEMO ?= 1
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run demo shell test test-long test-all guards lint format browser shots bench audit lock messages

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/installed: requirements.txt
	@bash .ci/install "$(PYTHON)" requirements.txt $@

$(VENV)/tools-installed: tests/requirements.txt
	@bash .ci/install "$(PYTHON)" tests/requirements.txt $@
	@touch $(VENV)/installed

run: $(VENV)/installed  ## Install, migrate, fill the demo store and serve it (PORT=8000 DEMO=1)
	@DEMO=$(DEMO) exec $(BIN)/python -m config.first_start --port $(PORT)

demo: $(VENV)/installed  ## Fill the demo store without serving
	@$(BIN)/python manage.py seed_demo

shell: $(VENV)/installed  ## A Python shell with the models
	@$(BIN)/python manage.py shell

test: $(VENV)/installed  ## The tests on SQLite, and on PostgreSQL and Redis where their programs are found
	@$(BIN)/python -m tests.suite

test-long: $(VENV)/tools-installed  ## The slow kinds alone: processes, races, kills, worker hosts, the whole real file
	@$(BIN)/python -m tests.suite --long

test-all: $(VENV)/tools-installed  ## The same with the slow kinds: races, kills, worker hosts, hostile input, the real file
	@$(BIN)/python -m tests.suite --all

guards: $(VENV)/tools-installed  ## Take each guard of docs/locking.md out and see its tests go red (ONLY="payment")
	@$(BIN)/python -m tests.guards $(ONLY)

lint: $(VENV)/tools-installed  ## Style, types, import contracts, templates, migrations
	@bash .ci/lint

format: $(VENV)/tools-installed  ## Bring the code into the house's form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/djlint templates --reformat --quiet

browser: $(VENV)/tools-installed  ## Tests in Chromium
	@$(BIN)/python -m pytest -m browser -p no:cacheprovider

shots: $(VENV)/tools-installed  ## Pictures of the pages in var/shots/
	@$(BIN)/python -m tests.shots

bench: $(VENV)/tools-installed  ## Figures of speed and memory, into docs/benchmarks.md (ONLY="lists tickets")
	@$(BIN)/python -m tests.bench $(ONLY)

audit:  ## Known weaknesses of the pinned packages (needs the net)
	@bash .ci/audit "$(PYTHON)"

lock: $(VENV)/tools-installed  ## Pin the packages anew, with hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links pyproject.toml --extra tools -o tests/requirements.txt

messages:  ## Collect the texts to translate and compile the catalogue (needs gettext)
	@$(BIN)/python -m config.locale_files
