"""Everything that happens later: owns jobs, schedules and statistics; it never touches a table of another service."""
