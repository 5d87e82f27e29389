# Every target does its own set-up, once, in .venv: only Python 3.11 or newer is needed beforehand. No target asks anything.
#   make demo     a server with its page on http://localhost:8000 (another port: A2F_LIVE_PORT=8001 make demo)
#   make page     that page, built into web_demo/dist where Node is there; make demo does it by itself
#   make test     everything that must hold: style, types, tests; what CI runs
#   make check    the same
#   make bench    the live figures of the README
#   make material the speech that the embedded network learns from, hours of it; ARGS=--small makes a minute
#   make model    the embedded network from nothing, that speech included; ARGS=--small in a few minutes
#   make clean    removes what the others made
VENV := .venv
BIN := $(VENV)/bin
TOO_OLD := import sys; sys.exit(sys.version_info < (3, 11))

# The first Python on this machine that is new enough; `make PYTHON=/path/to/python3` names another.
PYTHON ?= $(shell for name in python3 python python3.14 python3.13 python3.12 python3.11; do \
	$$name -c '$(TOO_OLD)' 2>/dev/null && { echo $$name; break; }; done)

# A .venv whose Python has gone is made anew.
$(shell $(BIN)/python -c '' 2>/dev/null || rm -f $(VENV)/.made $(VENV)/.ready $(VENV)/.ready-dev $(VENV)/.ready-train)

.PHONY: demo page test check lint types web tests bench material model clean

demo: $(VENV)/.ready page
	@$(BIN)/python -m a2f_live serve

page:
	@$(PYTHON) web_demo/build.py

test: check

check: lint types web tests

lint: $(VENV)/.ready-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(VENV)/.ready-dev
	$(BIN)/python -m mypy

web: $(VENV)/.ready-dev page
	@if command -v npm >/dev/null; then cd web_demo && npm run --silent style && npm run --silent types && npm test --silent; \
	else echo 'a2f-live: types and tests of the page and of the JavaScript client are left out: they need Node (Debian, Ubuntu: apt install nodejs npm)'; fi

tests: $(VENV)/.ready-dev
	$(BIN)/python -m pytest -q

bench: $(VENV)/.ready
	$(BIN)/python -m benchmarks.live
	$(BIN)/python -m benchmarks.files

material: $(VENV)/.ready-train
	@nice $(BIN)/python -m assets.lipnet.training.material $(ARGS)

model: $(VENV)/.ready-train
	@nice $(BIN)/python -m assets.lipnet.training.model $(ARGS)

$(VENV)/.made:
	@test -n '$(PYTHON)' || { echo 'a2f-live needs Python 3.11 or newer and found none: install it, or name it with PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c '$(TOO_OLD)' || { echo 'a2f-live needs Python 3.11 or newer, and $(PYTHON) is not: name another with PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo '$(PYTHON) has no venv module: install it (Debian, Ubuntu: apt install python3-venv), or name another with PYTHON=/path/to/python3' >&2; exit 1; }
	@echo 'a2f-live: making $(VENV) with $(PYTHON)'
	@$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.ready-dev: EXTRAS := [dev]
$(VENV)/.ready-train: EXTRAS := [train]
$(VENV)/.ready $(VENV)/.ready-dev $(VENV)/.ready-train: pyproject.toml | $(VENV)/.made
	@echo 'a2f-live: installing what it needs into $(VENV); the first time takes a minute'
	@$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --editable '.$(EXTRAS)' || \
		{ echo 'a2f-live: pip could not install what is needed (see above): mend it and run make again' >&2; exit 1; }
	@touch $(VENV)/.ready $@

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist web_demo/dist web_demo/client/dist web_demo/node_modules
