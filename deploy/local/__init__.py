"""Owns the run of the whole system on one machine (`make up`); it must never be imported by a service."""
