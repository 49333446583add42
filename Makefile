# Everything a person or CI runs here. `make help` lists it. The virtual environment is .venv, made on first use; with
# PYTHON=python3.13 on the command line it is .venv-3.13.

PYTHON ?= python3
VENV := .venv$(if $(filter command%,$(origin PYTHON)),-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])'))
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PIPELINE := $(BIN)/python -m scripts.pipeline
# Where to read the document from instead of the address in openapi/sources.toml: `make regenerate INPUT=FILE`.
ORIGIN = $(if $(INPUT),--input $(call quoted,$(INPUT)),$(if $(URL),--url $(call quoted,$(URL)),))
# A value as one word of the shell, whatever signs it holds.
quoted = '$(subst ','\'',$1)'
# Schema keywords that are new in the document stop it, until somebody has looked: `make regenerate ACCEPT=1`.
ACCEPTED = $(if $(ACCEPT),--accept-keywords,)

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-all test-engines test-integrations coverage soak bench bench-engines docs lint typecheck twins pull build generate regenerate check verify drift corpus wheel clean

define WHEEL_TRIES
import aimlapi_client.models as models, aimlapi_messages, pathlib
from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator
assert "site-packages" in str(pathlib.Path(aimlapi_messages.__file__)), aimlapi_messages.__file__
[getattr(models, name) for name in models.__all__]
with Emulator() as emulator, AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
    print(client.messages.create(model="anthropic/claude-sonnet-5", messages="Hello").text)
endef
export WHEEL_TRIES

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## make the virtual environment with pinned dependencies

# Dependencies by hash first, then the project itself, built with the pinned backend and nothing fetched.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: $(READY) ## the main job from end to end, on the local emulator; LIVE=1 asks the real gateway
	$(BIN)/python -m scripts.demo $(if $(LIVE),--live,)

# Tests start other Pythons by the dozen, and workers: what is compiled once is compiled for all of them.
unexport PYTHONDONTWRITEBYTECODE

PYTEST := $(BIN)/python -m pytest -q -n auto --dist worksteal

test: $(READY) ## all tests but the slow ones; PYTHON=python3.13 for another Python than python3
	$(PYTEST) -m "not slow"

test-slow: $(READY) ## the slow ones: every byte, every document, thousands of calls
	$(PYTEST) -m slow

test-all: $(READY) ## every test
	$(PYTEST)

coverage: $(READY) ## every test with the coverage that is demanded, which takes twice as long
	$(PYTEST) --cov --cov-report=term --cov-fail-under=95

soak: $(READY) ## 44,000 calls and streams, and a run of 100,000 rows that is killed; a tenth of them fail
	AIMLAPI_SOAK=full $(BIN)/python -m pytest -q -s tests/client/test_soak.py tests/bulk/test_kill.py

# The other clients and what draws stay out of the project's own environment.
BENCH := .venv-bench/bin/python

bench: .venv-bench/.ready ## every client on this machine, measured side by side; ROUNDS=5, and a server on the other core
	$(BENCH) -m benchmarks --rounds $(or $(ROUNDS),5) --minutes $(or $(MINUTES),30)

.venv-bench/.ready: pyproject.toml benchmarks/constraints.txt
	$(PYTHON) -m venv .venv-bench
	$(BENCH) -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/constraints.txt
	$(BENCH) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# Ray Data and Daft with what they need stay out of it, too.
ENGINES := .venv-engines/bin/python

test-engines: .venv-engines/.ready ## MessagesWorker on Ray Data and Daft, with two workers on clusters of this machine
	$(ENGINES) -m pytest -q tests/bulk/test_engines.py

bench-engines: .venv-engines/.ready ## MessagesWorker beside Ray's own HTTP stage, on the same server; prints a table
	$(ENGINES) -m benchmarks.engines

.venv-engines/.ready: pyproject.toml benchmarks/engines/constraints.txt
	$(PYTHON) -m venv .venv-engines
	$(ENGINES) -m pip install --quiet --disable-pip-version-check --require-hashes -r benchmarks/engines/constraints.txt
	$(ENGINES) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

# A framework has an environment of its own, with its newest release: `make integration-NAME` for one of them.
FRAMEWORKS := $(notdir $(patsubst %/constraints.txt,%,$(wildcard tests/integrations/*/constraints.txt)))

test-integrations: $(FRAMEWORKS:%=integration-%) ## each integration in its framework, and its types

.PHONY: $(FRAMEWORKS:%=integration-%)
$(FRAMEWORKS:%=integration-%): integration-%: .venv-%/.ready $(READY)
	.venv-$*/bin/python -m pytest -q tests/integrations
	$(BIN)/mypy --follow-imports=silent --python-executable .venv-$*/bin/python aimlapi_messages/integrations/$**.py
	$(BIN)/pyright --pythonpath .venv-$*/bin/python aimlapi_messages/integrations/$**.py

$(FRAMEWORKS:%=.venv-%/.ready): .venv-%/.ready: pyproject.toml tests/integrations/%/constraints.txt
	$(PYTHON) -m venv .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/integrations/$*/constraints.txt
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

docs: build/site.built ## build the documentation into build/site; a link that leads nowhere stops it

# The reference is made of all that the packages say.
build/site.built: $(READY) zensical.toml $(shell find docs scripts/docs aimlapi_messages generated -type f ! -name '*.pyc')
	$(BIN)/zensical build --strict --clean
	@touch $@

lint: $(READY) ## style and format, the direction of the folders, and the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	PYTHONPATH=generated:. $(BIN)/lint-imports --no-logo
	$(BIN)/actionlint -shellcheck= -pyflakes=
	$(BIN)/zizmor --offline --quiet --persona=pedantic .github/workflows

typecheck: $(READY) ## mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

pull: $(READY) ## fetch the document: upstream.yaml and its lock
	$(PIPELINE) pull $(ORIGIN) $(ACCEPTED)

build: $(READY) ## apply the overlay: openapi.yaml
	$(PIPELINE) build

generate: $(READY) ## make the client from openapi.yaml
	$(PIPELINE) generate

regenerate: $(READY) ## pull, build, generate and check in one
	$(PIPELINE) regenerate $(ORIGIN) $(ACCEPTED)

check: $(READY) ## whether what is committed is what the pipeline and the script of twins make of it
	$(PIPELINE) check
	$(BIN)/python -m scripts.twins --check

twins: $(READY) ## make the synchronous twins of asynchronous modules, and the stubs of the public names
	$(BIN)/python -m scripts.twins

# An old document and the newest one. They lie beside the checkout, not in it.
SHARED := $(or $(AIMLAPI_SHARED),../shared)
DATED := $(sort $(wildcard $(SHARED)/upstream/docs-public-*.yaml))
VERIFIED = $(filter %-2025-01-14.yaml,$(DATED)) $(lastword $(DATED))

verify: $(READY) ## the package's tests on a client made from another document: INPUT=FILE, or two of ../shared
	@$(if $(INPUT)$(DATED),,echo "skipped: no documents at $(SHARED)/upstream (set AIMLAPI_SHARED)")
	$(if $(INPUT),$(PIPELINE) verify $(ORIGIN),$(foreach document,$(VERIFIED),$(PIPELINE) verify --input $(document) &&) true)

# 10 and 20 say what was found, see openapi/README.md; to make, any code but 0 is an error.
drift: $(READY) ## what changed in the document, and how bad it is; REPORT=FILE.md or .html writes it down
	@$(PIPELINE) drift $(ORIGIN) $(if $(REPORT),--report $(call quoted,$(REPORT))) || { code=$$?; case $$code in 10|20) ;; *) exit $$code ;; esac; }

corpus: $(READY) ## every document of DIR through the whole pipeline
	$(PIPELINE) corpus $(call quoted,$(DIR)) --mypy

# In an environment of its own with nothing but the wheel and its pinned dependencies, away from the checkout.
wheel: $(READY) ## build the wheel, install it alone, and talk to the emulator with it
	rm -rf build dist && $(BIN)/python -m build --no-isolation --wheel --outdir dist .
	$(PYTHON) -m venv build/wheel
	build/wheel/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r constraints.txt
	build/wheel/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/*.whl
	cd build && wheel/bin/python -W error -c "$$WHEEL_TRIES"

clean: ## remove everything that is not committed and can be made again
	rm -rf .venv .venv-* .cache .demo build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
