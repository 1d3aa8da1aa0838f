# make demo   the app on the built-in practice card      make run    the app on the real reader
# make test   everything that must hold                  make bench  speed beside other programs
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: demo run test lint bench clean packages-% lock

demo: packages-demo $(STAMP)
	$(BIN)/jpkidoctor --scenario healthy-contact

run: packages-run $(STAMP)
	$(BIN)/jpkidoctor

test: packages-test $(STAMP) lint
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist loadfile

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin
	$(BIN)/lint-imports

bench: packages-test $(STAMP)
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

packages-%:
	PYTHON=$(PYTHON) ./scripts/system-packages $*

# Exact versions, so that everybody runs what was tested; the app itself from this directory.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

# For maintainers: the versions of the environment as it is now, names and numbers only.
lock: $(STAMP)
	$(BIN)/pip list --format=freeze --exclude-editable | grep -viE '^(pip|setuptools)==' > requirements.lock
