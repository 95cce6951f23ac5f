# The commands of Venue: `make run` to look at it, `make test` to check it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:

PYTHON ?= python3.11
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

CATALOGS := $(patsubst %.po,%.mo,$(wildcard venue/translations/en/LC_MESSAGES/messages.po))

.PHONY: help run test check test-tools venv lock translations
.DEFAULT_GOAL := help

help:
	@echo 'make run           the demo town at http://127.0.0.1:$(PORT) (PORT=8001 for another port)'
	echo 'make test          every check: style, types, imports, and all tests on both databases'
	echo 'make check         the quick ones of these: style, types, imports'
	echo 'make venv          only the virtual environment, with what the tests need'
	echo 'make translations  bring the English catalog up to date with the sentences in the code'
	echo 'make lock          write requirements/ anew from pyproject.toml'

# ---- Look at it ------------------------------------------------------------------------------

# The web and the background jobs live and end together: Ctrl-C, or the end of one, ends both.
run: $(VENV)/.installed-run $(CATALOGS) var/secret-key
	@export FLASK_APP=venue VENUE_SECRET_KEY="$${VENUE_SECRET_KEY:-$$(<var/secret-key)}"
	if (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; then
	    echo 'Port $(PORT) is taken. Try: make run PORT=8001' >&2; exit 1
	fi
	$(BIN)/flask db upgrade
	$(BIN)/flask demo load --if-empty
	trap 'trap - EXIT; kill $$(jobs -p) 2>/dev/null || true; wait' EXIT
	trap 'exit 0' INT TERM
	$(BIN)/gunicorn --bind 127.0.0.1:$(PORT) --workers 2 --threads 4 --log-level warning wsgi:app &
	$(BIN)/python -m huey.bin.huey_consumer venue.jobs.huey --quiet &
	until (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null; do
	    (( $$(jobs -pr | wc -l) == 2 )) || exit 1
	    sleep 0.2
	done
	$(BIN)/flask demo logins
	printf '\nVenue is at http://127.0.0.1:$(PORT)   (Ctrl-C ends it)\n'
	wait -n || true
	echo 'The web or the background jobs ended; what they said stands above.' >&2
	exit 1

var/secret-key:
	@mkdir -p var
	(umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_hex(32))' >$@)

# ---- Check it --------------------------------------------------------------------------------

test: check test-tools
	$(BIN)/pytest --numprocesses 2 $(PYTEST_ARGS)

check: $(VENV)/.installed-test $(CATALOGS)
	@set -x
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The browser stories need Debian's Chromium and a Chinese font; the draw is run again by node, and
# the example of a web server in front of Venue by nginx.
test-tools:
	@missing=()
	command -v chromium >/dev/null || missing+=(chromium)
	fc-list :lang=zh family 2>/dev/null | grep -q . || missing+=(fontconfig fonts-noto-cjk)
	command -v node >/dev/null || missing+=(nodejs)
	PATH=$$PATH:/usr/sbin command -v nginx >/dev/null || missing+=(nginx-light)
	(( $${#missing[@]} )) || exit 0
	if [[ $$(id -u) == 0 ]] && command -v apt-get >/dev/null; then
	    apt-get update -qq
	    DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends \
	        "$${missing[@]}" >/dev/null
	    exit 0
	fi
	echo 'Some tests need programs that are not here. On Debian, as root:' >&2
	echo "    apt-get install $${missing[*]}" >&2
	[[ "$${CI:-}" != true ]]

# ---- Install it ------------------------------------------------------------------------------

# A stamp per lock file: a second `make` finds them up to date and is instant.
venv: $(VENV)/.installed-test

$(VENV)/.made:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.installed-run: requirements/run.txt $(VENV)/.made
	$(PIP) install --require-hashes -r requirements/run.txt
	touch $@

$(VENV)/.installed-test: requirements/test.txt $(VENV)/.installed-run
	$(PIP) install --require-hashes -r requirements/test.txt
	touch $@

lock: $(VENV)/.made
	$(PIP) install uv==0.13.9
	compile=($(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --custom-compile-command "make lock" pyproject.toml)
	"$${compile[@]}" --output-file requirements/run.txt
	"$${compile[@]}" --output-file requirements/test.txt --extra test \
	    --constraint requirements/run.txt

# ---- Both languages --------------------------------------------------------------------------

translations: $(VENV)/.installed-run
	mkdir -p var
	$(BIN)/pybabel -q extract --mapping babel.cfg --keyword _l --keyword lazy_gettext \
	    --sort-by-file --no-location --omit-header --output var/messages.pot .
	$(BIN)/pybabel -q update --input-file var/messages.pot --output-dir venue/translations \
	    --locale en --init-missing --no-fuzzy-matching --ignore-obsolete --omit-header

# Without a header, which would change with every run, Babel takes a whole catalog for a draft.
%.mo: %.po $(VENV)/.installed-run
	$(BIN)/pybabel -q compile --use-fuzzy --locale en --input-file $< --output-file $@
