"""Tests of the mesh: real proxies, and stand-ins that answer every method of the contract."""
