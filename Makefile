# From nothing but Python 3.11 or newer and make. Stamps keep a second run fast; a changed requirements file reinstalls.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes
COMPILE := $(BIN)/uv pip compile -U --universal --python-version 3.11.7 --generate-hashes --no-emit-index-url --no-header -q
ARGS ?=

# `check --deploy` wants production settings; none of these opens anything.
PRODUCTION_EXAMPLE := DJANGO_SETTINGS_MODULE=site_cms.settings.production \
	SECRET_KEY=an-example-that-opens-nothing-0123456789-abcdefghijklmnopqrstuvwxyz \
	FIELD_KEYS=ZXhhbXBsZS1rZXktdGhhdC1vcGVucy1ub3RoaW5nLTA= \
	DATABASE_URL=postgresql://example@localhost/example SITE_URL=https://practice.example \
	STRIPE_SECRET_KEY=sk_live_example STRIPE_WEBHOOK_SECRET=whsec_example \
	GOOGLE_CLIENT_ID=example GOOGLE_CLIENT_SECRET=example RESEND_API_KEY=re_example \
	SMTP_URL=smtp://example:example@localhost:587 MAIL_FROM=practice@practice.example \
	MEDIA_ROOT=var/example-media BACKUP_KEY=example

.DEFAULT_GOAL := run
.PHONY: run test check bench requirements
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@exec $(BIN)/python manage.py run

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	find . -path ./$(VENV) -prune -o -path '*/templates/*.html' -print0 | xargs -0 $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py check
	$(PRODUCTION_EXAMPLE) $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: $(VENV)/installed-dev
	$(BIN)/python -m pytest --ds=tests.benchmarks.settings -p no:logging tests/benchmarks/bench_*.py -q -s $(ARGS)

requirements: $(VENV)/installed-dev
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -o requirements-dev.txt

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Threshold needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt | $(BIN)/python
	$(PIP) -r requirements-dev.txt
	@touch $@
