"""What tests of every part may ask for."""

from hypothesis import settings

from tests.postgres import cluster, database_url

__all__ = ["cluster", "database_url"]

settings.load_profile("ci")  # what a property is tried on depends on neither chance nor the machine's speed
