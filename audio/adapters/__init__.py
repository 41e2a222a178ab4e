"""Ties the use cases to Postgres, audio nodes and the peers; it never decides what is played."""
