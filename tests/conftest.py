"""What tests of every part may ask for."""

from tests.postgres import cluster, database_url

__all__ = ["cluster", "database_url"]
