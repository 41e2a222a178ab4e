"""Judges audio by what its callers, its nodes and its rows see of it."""
