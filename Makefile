# Two commands do everything: `make up` and `make test`. The others are their parts.
#   make up [REVIEWS="a.colpkg b.csv"] [PORT=4566]

PORT ?= 4566
REVIEWS ?=
# Or the one that pyenv or uv has, if none is on the PATH.
PYTHON ?= $(shell for python in python3.11 python3 "$$(pyenv whence --path python3.11 2>/dev/null | tail -n 1)" \
  "$$(uv python find --no-project --offline 3.11 2>/dev/null)"; do \
  "$$python" -c '$(IS_3_11)' 2>/dev/null && command -v "$$python" && break; done)
IS_3_11 := import sys; sys.exit(sys.version_info[:2] != (3, 11))
SYNTHESIZED ?= cdk.out
# The engines of package.json.
IS_NODE := const [major, minor] = process.versions.node.split(".").map(Number); \
  process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1)
CDK := node_modules/.bin/cdk
EXPORT := uv export --frozen --quiet --only-group deploy --no-emit-project --no-header

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The certificates that this machine trusts, not a list of its own.
export UV_SYSTEM_CERTS := true
export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
# What a shell has set for another project would get into the environments, or be taken for them.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV UV_PROJECT_ENVIRONMENT
# Hundreds of short commands import pandas and the CDK: without bytecode, each would compile them anew, for seconds.
unexport PYTHONDONTWRITEBYTECODE

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

lint: .venv/ready node_modules/ready  ## style, types, locks
	ruff check .
	ruff format --check .
	mypy
	node_modules/.bin/tsc --noEmit --project web
	uv lock --check --quiet
	$(EXPORT) | diff requirements.txt - 

audit: .venv/ready .venv-audit/ready node_modules/ready  ## templates, packages, secrets; bills of materials into .audit
	@rm -rf .audit
	@$(MAKE) --no-print-directory synth SYNTHESIZED=.audit/templates
	python -m tests.infrastructure.variants .audit/variants
	python -m layer_build build --out .audit/layer --no-record
	python -m layer_build sbom layer .audit/layer --out .audit/layer.cdx.json
	python -m layer_build sbom function lambda_src --out .audit/function.cdx.json
	uv export --frozen --quiet --all-groups --no-emit-project --no-header > .audit/dev.txt
	.venv-audit/bin/python .ci/audit --templates .audit/templates --variants .audit/variants --sboms .audit/*.cdx.json \
	  --npm-lock package-lock.json \
	  --locks layer_build/locks/*.txt requirements.txt tools/local_cloud/requirements.txt .ci/audit/requirements.txt tests/functional/servers/requirements.txt .audit/dev.txt

bench: .venv/ready  ## ratios against the floor and the reference design, measured in one run
	python -m benchmarks
	python -m benchmarks.endpoints

lock:  ## pin anew what pyproject.toml, the local cloud and the audit need
	uv lock
	$(EXPORT) > requirements.txt
	for folder in tools/local_cloud .ci/audit tests/functional/servers; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    $$folder/requirements.in -o $$folder/requirements.txt || exit $$?; \
	done

clean:  ## everything that was made here
	@test ! -e .venv/ready || .venv/bin/python -m tools.local_cloud down
	rm -rf .venv .venv-cloud* .venv-audit .venv-servers .venv-frameworks node_modules .local .audit cdk.out benchmarks/.cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1 \t/' | expand -t 16

# The environments: made once, made anew when what they are made of changes. One without its mark was interrupted, and
# may hold half of a package that looks whole: it is emptied first.
.venv/ready: uv.lock pyproject.toml
	@echo "making .venv (a minute the first time)"
	@"$(PYTHON)" -c '$(IS_3_11)' 2>/dev/null || { echo "error: Python 3.11 is needed, which the functions run on, and" \
	  "$(if $(PYTHON),$(PYTHON) isn't it,neither the PATH nor pyenv nor uv has one). Install it: apt install python3.11" \
	  "python3.11-venv (Debian 12), brew install python@3.11 (macOS), uv python install 3.11 (anywhere:" \
	  "https://docs.astral.sh/uv); or say where it is: make up PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -e $@ || "$(PYTHON)" -m venv --clear .venv
	@rm -f $@
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.8
	@.venv/bin/uv sync --frozen --quiet
	@# Where our code lies, without naming this folder: Python reads the file in the locale's encoding.
	@printf '%s\n' ../../../.. ../../../../lambda_src > .venv/lib/python3.11/site-packages/_recall_service.pth
	@touch $@

.venv-cloud/ready: tools/local_cloud/requirements.txt
.venv-audit/ready: .ci/audit/requirements.txt
.venv-servers/ready: tests/functional/servers/requirements.txt
.venv-cloud/ready .venv-audit/ready .venv-servers/ready: | .venv/ready
	@echo "making $(@D)"
	@test -e $@ || .venv/bin/python -m venv --clear --without-pip $(@D)
	@rm -f $@
	@.venv/bin/uv pip sync --quiet --python $(@D)/bin/python --require-hashes $<
	@touch $@

# By pip, and without hashes: its configuration may name a build of torch without CUDA. PyPI's brings gigabytes along.
.venv-frameworks/ready: tests/frameworks/requirements.txt | .venv/ready
	@echo "making $(@D)"
	@test -e $@ || .venv/bin/python -m venv --clear $(@D)
	@rm -f $@
	@$(@D)/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

node_modules/ready: package-lock.json
	@echo "installing the CDK CLI and the page's tools"
	@node -e '$(IS_NODE)' 2>/dev/null && command -v npm >/dev/null || { \
	  echo "error: Node 20.19 or a later 20, or 22.12 or later, with npm is needed: https://nodejs.org, or your system's" \
	  "packages nodejs and npm" >&2; exit 1; }
	@npm ci --loglevel=error --no-audit --no-fund --no-progress >/dev/null
	@touch $@
