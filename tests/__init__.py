"""Tests, by part; each drives what it tests from outside."""
