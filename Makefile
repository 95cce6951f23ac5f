# The commands of Venue: `make run` to look at it, `make test` to check it.

PYTHON ?= python3.11
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet

.PHONY: venv lock

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
