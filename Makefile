# Thin front of the project's commands; README gives the same lines for a machine without make.
# Stamp files are written last: an install that was interrupted is taken up again by the next call.

PYTHON ?= python3
VENV ?= .venv
V2G = $(VENV)/bin/v2g
INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --editable
FOR_DEMO = $(VENV)/.installed-demo
FOR_TEST = $(VENV)/.installed-test

.PHONY: help install demo test check bench docs clean venv

help:
	@echo "make install   make $(VENV) with everything for demo and tests (safe to repeat)"
	@echo "make demo      the whole chain live: chargers, gateways, broker, supervisor"
	@echo "make test      all tests, on CPython and MicroPython"
	@echo "make check     house rules, generated pages, tests"
	@echo "make bench     the long benchmark"
	@echo "make docs      write the generated pages anew"
	@echo "make clean     remove what tests and builds left behind ($(VENV) stays)"

install: $(FOR_TEST)

demo: $(FOR_DEMO)
	@$(V2G) demo

test: $(FOR_TEST)
	@$(VENV)/bin/python -m pytest

check: $(FOR_TEST)
	@$(V2G) tidy
	@$(V2G) docs --check
	@$(VENV)/bin/python -m pytest

bench: $(FOR_TEST)
	@$(V2G) bench --full

docs: $(FOR_TEST)
	@$(V2G) docs

clean:
	rm -rf dist .cache .pytest_cache .hypothesis
	find edge protocols host_sim tools boards tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian can leave a half-made environment behind (no ensurepip), an upgraded Python a dangling one.
# Such an environment has no working pip: only then is it made anew, and the stamps with it.
ifneq ($(shell $(VENV)/bin/python -c "import pip; print('whole')" 2>/dev/null),whole)
$(FOR_DEMO) $(FOR_TEST): venv
endif

venv:
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) not found: install Python 3.11 or newer, or call make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) tools/preflight.py
	@$(PYTHON) -m venv --clear $(VENV)

$(FOR_DEMO): pyproject.toml
	@echo "installing into $(VENV) what the demo needs ..."
	@$(INSTALL) '.[demo]'
	@touch $@

$(FOR_TEST): pyproject.toml
	@echo "installing into $(VENV) what demo and tests need ..."
	@$(INSTALL) '.[test]'
	@touch $@ $(FOR_DEMO)
