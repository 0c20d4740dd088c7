# Two commands do everything: `make up` and `make test`. The others are their parts.
#   make up [REVIEWS="a.colpkg b.csv"] [PORT=4566]

PORT ?= 4566
REVIEWS ?=
PYTHON ?= $(shell command -v python3.11 || command -v python3)
SYNTHESIZED ?= cdk.out
CDK := node_modules/.bin/cdk
EXPORT := uv export --frozen --quiet --only-group deploy --no-emit-project --no-header

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The certificates that this machine trusts, not a list of its own.
export UV_SYSTEM_CERTS := true
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: up down test synth lint audit bench lock clean help
.DEFAULT_GOAL := help

up: .venv/ready .venv-cloud/ready node_modules/ready  ## train, deploy on this machine, make a prediction
	@python -m tools.local_cloud up --port $(PORT) --reviews $(REVIEWS)

down: .venv/ready  ## stop what `make up` started
	@python -m tools.local_cloud down

test: .venv/ready .venv-cloud/ready node_modules/ready  ## set-up, then the tests, a real deployment among them
	pytest -n 2

synth: .venv/ready node_modules/ready  ## the templates of all stages into cdk.out/<stage>; needs no network
	@# `cdk list` synthesizes like `cdk synth`, but builds no asset.
	@for stage in local dev prod; do \
	  $(CDK) list --context stage=$$stage --output $(SYNTHESIZED)/$$stage >/dev/null || exit $$?; \
	  echo "$(SYNTHESIZED)/$$stage"; \
	done

lint: .venv/ready  ## style, types, locks
	ruff check .
	ruff format --check .
	mypy
	uv lock --check --quiet
	$(EXPORT) | diff requirements.txt - 

audit: .venv/ready .venv-audit/ready node_modules/ready  ## templates, packages, secrets; bills of materials into .audit
	@rm -rf .audit
	@$(MAKE) --no-print-directory synth SYNTHESIZED=.audit/templates
	python -m layer_build build --out .audit/layer --no-record
	python -m layer_build sbom layer .audit/layer --out .audit/layer.cdx.json
	python -m layer_build sbom function lambda_src --out .audit/function.cdx.json
	uv export --frozen --quiet --all-groups --no-emit-project --no-header > .audit/dev.txt
	.venv-audit/bin/python .ci/audit --templates .audit/templates --sboms .audit/*.cdx.json \
	  --locks layer_build/locks/*.txt requirements.txt tools/local_cloud/requirements.txt .ci/audit/requirements.txt .audit/dev.txt

bench: .venv/ready  ## ratios against the floor and the reference design, measured in one run
	python -m benchmarks
	python -m benchmarks.endpoints

lock:  ## pin anew what pyproject.toml, the local cloud and the audit need
	uv lock
	$(EXPORT) > requirements.txt
	for folder in tools/local_cloud .ci/audit; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    $$folder/requirements.in -o $$folder/requirements.txt || exit $$?; \
	done

clean:  ## everything that was made here
	@test ! -e .venv/ready || .venv/bin/python -m tools.local_cloud down
	rm -rf .venv .venv-cloud .venv-audit node_modules .local .audit cdk.out benchmarks/.cache
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

.venv-cloud/ready: tools/local_cloud/requirements.txt
.venv-audit/ready: .ci/audit/requirements.txt
.venv-cloud/ready .venv-audit/ready: | .venv/ready
	@echo "making $(@D)"
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	@.venv/bin/uv pip sync --quiet --python $(@D)/bin/python --require-hashes $<
	@touch $@

node_modules/ready: package-lock.json
	@echo "installing the CDK CLI"
	@npm ci --silent --no-audit --no-fund
	@touch $@
