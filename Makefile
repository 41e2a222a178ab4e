PYTHON ?= python3
VENV := .venv/bin/python
export PYTHONPATH := .:gen/python:envoy:lavalink

.PHONY: up down doctor test test-containers test-red soak setup lint types gen gen-check lock lavalink-conformance bench clean

up: setup ## start everything; Ctrl-C stops it
	@setpriv --pdeathsig TERM $(VENV) -m deploy.local up

down: setup ## stop one that was started elsewhere
	@$(VENV) -m deploy.local down

doctor: setup ## look at what Discord lets your bot do; CHANNEL=id [QUERY="a song"] plays two seconds there
	@$(VENV) -m deploy.local doctor $(CHANNEL) $(if $(QUERY),"$(QUERY)")

test: setup ## run every check and test
	@$(VENV) -m deploy.checks

test-containers: setup ## run docker-compose.yml on a Docker engine of its own, where one can be started
	@$(VENV) -m deploy.checks containers

test-red: setup ## run Red-DiscordBot, where there is a Python 3.11 for it, on the simulator and the node
	@$(VENV) -m deploy.checks red

soak: setup ## 500 kills and many simulated worlds, in rounds: FROM=round (default 1) MINUTES=most
	@$(VENV) -m deploy.soak $(if $(FROM),--first $(FROM)) $(if $(MINUTES),--minutes $(MINUTES))

lint: setup ## ruff and the import rules
	@$(VENV) -m deploy.checks lint

types: setup ## mypy
	@$(VENV) -m deploy.checks types

gen: setup ## generate gen/ and the table of policies from proto/, docs/configuration.md from the settings, and docs/commands.md
	@$(VENV) proto/generate.py
	@$(VENV) -m tests.contract.policy
	@$(VENV) -m deploy.local.configuration > docs/configuration.md
	@$(VENV) -m tests.gateway.catalogue > docs/commands.md
	@$(VENV) -m deploy.containers.example > .env.example

gen-check: setup ## fail when gen/ is not what proto/ generates
	@$(VENV) proto/generate.py --check

COMPILE := .venv/bin/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q
lock: setup ## resolve pyproject.toml into requirements.lock again, keeping what still fits; the images' parts follow it, Red's own does not
	@$(COMPILE) --group dev -o requirements.lock
	@for image in kit gateway audio api worker node simulator setup; do \
		$(COMPILE) --group $$image -c requirements.lock -o deploy/images/$$image.lock || exit 1; done
	@$(subst --universal,,$(COMPILE)) --group red -o tests/red/requirements.lock

lavalink-conformance: setup ## hold any node to the recorded answers: URL=http://host:port PASSWORD=…
	@LAVALINK_URL=$(URL) LAVALINK_PASSWORD=$(PASSWORD) $(VENV) -m pytest tests/audionode/test_conformance.py tests/audionode/test_conformance_resume.py

bench: setup ## print ratios: PARTS="queue node" (default all)
	@$(VENV) -m bench $(PARTS)

clean: ## remove the environment and caches; data stays
	rm -rf .venv .venv-red .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .failures

setup:
	@$(PYTHON) deploy/bootstrap.py
