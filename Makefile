# Everything a newcomer needs: `make run`, `make test`. Python 3.11+, make and git are all that is assumed.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup build run test test-python test-web test-browser browser redis nginx check fonts gallery gallery-accept format bench soak fuzz strings languages new-language preview credits wheel clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# How many tests run side by side; each browser worker starts a portal of its own.
WORKERS ?= 2

# With the machine's certificates where it has any (a company's proxy has its own), else with those that uv brings.
sync = $(BIN)/uv pip sync --quiet $(1) --python $(BIN)/python --require-hashes requirements-dev.lock requirements-install.lock

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The environment is made anew when its locks change; syncing removes the project and its
# catalog tools (Babel finds their checks by it), so the two steps are one.
$(VENV)/.synced: requirements-dev.lock pyproject.toml locales/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: set PYTHON to one, as in  make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "The venv module is missing: on Debian,  apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-install.lock
	@$(call sync,--system-certs) || $(call sync,)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . --editable locales
	@touch $@

setup: $(VENV)/.synced ## Make the Python environment from the lock files

build: setup ## Build the web app and the catalogs into the package (skips what did not change)
	@$(BIN)/python package-static/build.py

run: build ## Set everything up and run the portal with people and simulated Macs
	@exec $(BIN)/sleutelkast demo

test: test-python test-web test-browser ## Pass all tests: unit, integration (SQLite, PostgreSQL), web, browser

redis: setup
	@$(BIN)/python -m tests.integration.redis_server

nginx: setup
	@$(BIN)/python -m tests.integration.nginx

test-python: build redis nginx
	@$(BIN)/pytest -n $(WORKERS)

test-web: build
	@$(BIN)/python package-static/npm.py test

browser: setup
	@$(BIN)/python -m e2e.browser

test-browser: build browser
	@$(BIN)/pytest e2e -n $(WORKERS)

fonts: setup
	@$(BIN)/python -m e2e.fonts

gallery: build browser fonts ## Take every page in every language, into gallery/: LANGUAGES="nl ar" WALKS=owner
	@$(BIN)/python -m e2e.gallery --workers $(WORKERS) $(if $(LANGUAGES),--languages $(LANGUAGES)) $(if $(WALKS),--walks $(WALKS))

gallery-accept: setup ## Keep the gallery's pictures, to compare the next run with
	@$(BIN)/python -m e2e.gallery --accept

check: build ## Check format, lint, types and catalogs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/bandit -q -c pyproject.toml -r backend locales package-static
	@$(BIN)/python -m locales check
	@$(BIN)/python -m e2e.guide check
	@$(BIN)/python package-static/npm.py run --silent check

format: setup ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

strings: build ## Bring the catalogs up to the texts in the code
	@$(BIN)/python -m locales update

languages: build ## Show how each language stands: complete, guesses, findings, unreviewed, last change
	@$(BIN)/python -m locales report

new-language: build ## Add a language by its tag, as in TAG=pt-AO
	@$(BIN)/python -m locales new $(or $(TAG),$(error name the language, as in  make new-language TAG=pt-AO))

preview: build ## Show a demo portal with the catalogs as you save them; a click on a text says its line: LANGUAGE=nl
	@exec $(BIN)/python -m locales preview $(LANGUAGE) $(if $(PORT),--port $(PORT))

credits: setup ## Say who made and who reviewed each language
	@$(BIN)/python -m locales credits

bench: build browser ## Measure, each figure beside a reference in the same run
	@$(BIN)/python -m bench

.PHONY: guide-pictures
guide-pictures: build browser fonts ## Take the guide's pictures where their texts changed: LANGUAGES="nl ar", or ALL=1
	@$(BIN)/python -m e2e.guide take $(LANGUAGES) $(if $(ALL),--all)

soak: build ## Rotate keys through every fault, for long: SEED= ROUNDS= DATABASE=sqlite|postgresql
	@$(BIN)/python -m tests.integration.soak $(if $(SEED),--seed $(SEED)) $(if $(ROUNDS),--rounds $(ROUNDS)) \
	  $(if $(DATABASE),--database $(DATABASE))

fuzz: build ## Ask whatever the interface's document allows and does not, as each role, for long: EXAMPLES=300
	@FUZZ_EXAMPLES=$(or $(EXAMPLES),300) $(BIN)/pytest -n $(WORKERS) tests/contract/test_openapi.py

wheel: build ## Build the wheel (installing it needs no Node)
	@$(BIN)/python -m hatchling build -t wheel

clean: ## Remove what was built, the environment and the demo's data
	@rm -rf $(VENV) dist web/node_modules web/dist web/src/i18n/generated backend/sleutelkast/static \
	  backend/sleutelkast/translations .cache var test-results
