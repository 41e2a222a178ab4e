"""The schema of api."""
