"""Owns the proxies' configuration and certificates, all from the contract; it must never know what a service does."""
