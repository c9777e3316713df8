# What people and machines call; `make` alone lists it. Steps run one after another.
.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help install demo test check format bench migrate constraints clean

PYTHON ?= python3
BIN := .venv/bin
# In the order collected, each process a share: tests that commit come last (tests/services).
SIDE_BY_SIDE := -n 2 --dist worksteal
TYPED := $(wildcard packages/*/src projects/*/src tools tests/services embedded demo bench)

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

install:  ## Everything for development into .venv, nothing else
	@$(PYTHON) tools/install.py

demo: install  ## Start the whole system with live traffic; Ctrl-C ends it
	@exec $(BIN)/python -m demo

test: install  ## Install what tests need, then all checks and all tests
	@$(PYTHON) tools/services.py
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest $(SIDE_BY_SIDE)

check: install  ## Lint, types, imports, migrations, deployments, weak dependencies, the API's document
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy conftest.py $(TYPED)
	$(BIN)/lint-imports
	$(BIN)/python tools/check_migrations.py
	$(BIN)/python tools/check_deployments.py
	$(BIN)/python tools/configuration.py --check
	$(BIN)/python tools/check_secrets.py
	$(BIN)/python tools/audit.py
	$(BIN)/python tools/check_api.py

format: install  ## Mend formatting and what the linter can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: install  ## Run the benchmarks; ONLY=intake for one group
	@$(BIN)/python -m bench $(ONLY)

migrate: install  ## Bring the databases (DATABASE_URL, WEBSITE_DATABASE_URL, else .treblle) up to date
	@$(BIN)/python tools/migrate.py

constraints: install  ## Pin the newest versions in constraints.txt
	@$(PYTHON) tools/install.py --constraints

clean:  ## Remove all that was made
	rm -rf .venv .treblle .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -path ./.git -prune -o -name node_modules -prune -exec rm -rf {} +
	rm -rf $(wildcard packages/*/build packages/*/dist projects/*/build projects/*/dist)
	find . -path ./.git -prune -o \( -name __pycache__ -o -name '*.egg-info' \) -prune -exec rm -rf {} +
