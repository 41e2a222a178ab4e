"""Everything that happens later: owns jobs and their runs, schedules and statistics; it never touches a table of another service."""
