"""Owns the proxies' configuration and certificates, derived from the contract; it must never know what a service does."""
