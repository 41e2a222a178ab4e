"""The schema of worker."""
