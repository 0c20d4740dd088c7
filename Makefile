# Two commands do everything: `make up` and `make test`. The others are their parts.
#   make up [REVIEWS="a.colpkg b.csv"] [PORT=4566]

PORT ?= 4566
REVIEWS ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CDK := node_modules/.bin/cdk
EXPORT := uv export --frozen --quiet --only-group deploy --no-emit-project --no-header

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The certificates that this machine trusts, not a list of its own.
export UV_SYSTEM_CERTS := true
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: up down test synth lint bench lock clean help
.DEFAULT_GOAL := help

up: .venv/ready .venv-cloud/ready node_modules/ready  ## train, deploy on this machine, answer a prediction
	@python -m stacks.local_cloud up --port $(PORT) --reviews $(REVIEWS)

down: .venv/ready  ## stop what `make up` started
	@python -m stacks.local_cloud down

test: .venv/ready .venv-cloud/ready node_modules/ready  ## set-up, then every test, the end-to-end one included
	pytest

synth: .venv/ready node_modules/ready  ## the templates of all stages into cdk.out/<stage>; needs no network
	@# `cdk list` synthesizes like `cdk synth`, but builds no asset.
	@for stage in local dev prod; do \
	  $(CDK) list --context stage=$$stage --output cdk.out/$$stage >/dev/null || exit $$?; \
	  echo "cdk.out/$$stage"; \
	done

lint: .venv/ready  ## style, types, locks
	ruff check .
	ruff format --check .
	mypy
	uv lock --check --quiet
	$(EXPORT) | diff requirements.txt - 

bench: .venv/ready  ## ratios against the floor and the reference design, measured in one run
	python -m benchmarks
	python -m benchmarks.endpoints

lock:  ## pin anew what pyproject.toml and the local cloud ask for
	uv lock
	$(EXPORT) > requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	  stacks/local_cloud/requirements.in -o stacks/local_cloud/requirements.txt

clean:  ## everything that was made here
	@test ! -e .venv/ready || .venv/bin/python -m stacks.local_cloud down
	rm -rf .venv .venv-cloud node_modules .local cdk.out benchmarks/.cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 16

# The environments: made once, made anew when what they are made of changes.
.venv/ready: uv.lock pyproject.toml
	@echo "making .venv (a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "error: Python 3.11 is needed; say where it is: make PYTHON=/path/to/python3.11")'
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	@.venv/bin/uv sync --frozen --quiet
	@touch $@

.venv-cloud/ready: stacks/local_cloud/requirements.txt | .venv/ready
	@echo "making .venv-cloud"
	@test -x .venv-cloud/bin/python || $(PYTHON) -m venv .venv-cloud
	@.venv/bin/uv pip sync --quiet --python .venv-cloud/bin/python --require-hashes $<
	@touch $@

node_modules/ready: package-lock.json
	@echo "installing the CDK CLI"
	@npm ci --silent --no-audit --no-fund
	@touch $@
