"""The whole docker-compose.yml on a Docker engine of the tests' own; it must never touch another engine."""
