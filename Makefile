# Everything is set up from nothing, with Python 3.11 alone; a second time takes no time.
# `make run ARGS="--port 4000"` hands its arguments to `app.py demo`, `make test ARGS="-k tray"` to pytest.

PYTHON ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ARGS ?=
PY := .venv/bin/python
PIP := $(PY) -m pip install -qq --disable-pip-version-check --no-deps --require-hashes
CODE := $(wildcard app.py manifest/*.py) bot cards storage tests
FAST := tests/domain tests/cards tests/storage tests/house tests/procedures
COMPILE := .venv/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --quiet $(UPGRADE)
CLIENT := bot/demo/client

.DELETE_ON_ERROR:
.PHONY: run test check bench soak lock clean

run: .venv/runtime.stamp .client/runtime.stamp
	@exec $(PY) app.py demo $(ARGS)

test: .venv/dev.stamp .client/dev.stamp
	$(PY) -m pytest -n auto -m "not deep and not alone" $(ARGS) || test $$? -eq 5
	$(PY) -m pytest -m "alone and not deep" $(ARGS) || test $$? -eq 5     # 5: nothing of it was asked for

soak: .venv/dev.stamp
	FAULT_SEEDS=50000 FAULT_KILLS=100 FAULT_REPLICAS=4 $(PY) -m pytest -o timeout=0 -s tests/faults -m "" $(ARGS)
	$(PY) -m pytest -o timeout=0 tests -m deep $(ARGS)

check: .venv/dev.stamp
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy $(CODE)
	.venv/bin/lint-imports
	.venv/bin/bandit -q -c pyproject.toml -r $(filter-out tests,$(CODE))
	$(PY) -m pytest -m "not slow and not client and not deep" $(wildcard $(FAST)) $(ARGS)

bench: .venv/dev.stamp
	BENCH=full $(PY) -m pytest tests/benchmarks -m "" -o timeout=0 -s $(ARGS)

lock: .venv/dev.stamp .client/runtime.stamp     # `make lock UPGRADE=--upgrade` takes newer versions
	$(COMPILE) pyproject.toml -o requirements.lock >/dev/null
	$(COMPILE) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock >/dev/null
	$(COMPILE) --group pyproject.toml:node -o $(CLIENT)/node.lock >/dev/null
	$(PY) -m bot.demo.node --lock

clean:
	rm -rf .venv .client var/ci .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and none was found; say where it is: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: Python 3.11 or newer is needed"; exit 1; }
	@echo "Setting up .venv …"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/runtime.stamp: requirements.lock | .venv/bin/python
	@echo "Installing what the bot needs …"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock .venv/runtime.stamp | .venv/bin/python
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.lock
	@touch $@

.client/runtime.stamp: $(CLIENT)/package-lock.json .venv/runtime.stamp
	@echo "Installing the local client …"
	@$(PY) -m bot.demo.node
	@touch $@

.client/dev.stamp: $(CLIENT)/package-lock.json .venv/runtime.stamp
	@echo "Installing the local client and a browser for the tests …"
	@$(PY) -m bot.demo.node --tests
	@touch $@ .client/runtime.stamp
