PYTHON ?= python3
VENV := .venv/bin/python
export PYTHONPATH := .:gen/python:envoy:lavalink

.PHONY: up down test setup lint types gen gen-check bench clean

up: setup ## start everything; Ctrl-C stops it
	@setpriv --pdeathsig TERM $(VENV) -m deploy.local up

down: setup ## stop one that was started elsewhere
	@$(VENV) -m deploy.local down

test: setup ## run every check and test
	@$(VENV) -m deploy.checks

setup:
	@$(PYTHON) deploy/bootstrap.py
