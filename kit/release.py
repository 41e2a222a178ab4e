"""The release this checkout is."""

RELEASE = "0.1.0"
