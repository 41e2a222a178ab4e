"""Owns players, queues and the talk with audio nodes; it never speaks to Discord and holds nothing that Postgres and the nodes cannot give back."""
