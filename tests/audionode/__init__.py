"""Tests of the embedded audio node, from outside: over HTTP, websocket and UDP."""
