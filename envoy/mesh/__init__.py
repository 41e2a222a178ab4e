"""Owns the proxies' configuration and certificates, derived from the contract and topology.yaml; it must never know what a service does."""
