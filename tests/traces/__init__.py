"""Tests of the receiver of traces and its page."""
