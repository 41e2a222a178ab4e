"""docker-compose.yml and what belongs to it, without an engine; what runs is shown in tests/containers."""
