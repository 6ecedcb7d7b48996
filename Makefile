# `make site` builds the sample knowledge base, `make docs` the documentation of kb, `make test` runs every test. All make
# the environment they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
BROWSER := $(VENV)/.browser

.PHONY: site serve docs test test-long bench lint reference clean

site: $(READY)
	$(BIN)/kb build

serve: $(READY)
	$(BIN)/kb serve

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --config-file tools/docs_site/mkdocs.yml
	@echo "site-docs/index.html; its search needs a server: $(PYTHON) -m http.server --directory site-docs"

test: $(READY) $(BROWSER) lint
	$(BIN)/pytest

# As `test`, but with 10,000 examples for each law of hostile input, 1,000 builds that are killed, every call that can
# fail, and every page in a browser: for the night.
test-long: $(READY)
	sh tests/faults/install-compiler.sh
	sh tests/browser/install-chromium.sh
	KB_BROWSER=all $(BIN)/pytest tests/browser
	KB_EXAMPLES=10000 $(BIN)/pytest tests/hostile
	KB_FAULTS=all $(BIN)/pytest -n0 -s tests/faults

# Builds and checks beside those of peers, as one table for each size; takes hours. `make bench BENCH="--pages 200 1000"`
bench: $(READY)
	$(BIN)/python benchmarks/build.py $(BENCH)

lint: $(READY)
	$(BIN)/ruff check kb_builder tests benchmarks tools
	$(BIN)/ruff format --check kb_builder tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/lint-imports

reference: $(READY)
	$(BIN)/python tools/generate_reference.py

# Exact versions are in constraints.txt; pyproject.toml says what would do as well.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

# Tests use the distribution's Chromium, fonts with Chinese characters, nginx, and a compiler for C.
$(BROWSER): $(READY)
	sh tests/browser/install-chromium.sh
	sh tests/deploy/install-nginx.sh
	sh tests/faults/install-compiler.sh
	touch $@

clean:
	rm -rf $(VENV) site site-docs .kb/staged/staff/docs/*
