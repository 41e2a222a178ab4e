"""Serves the contract: decodes, calls one use case, encodes; it never decides anything."""
