"""Everything that happens later: owns jobs and their runs; it never touches a table of another service."""
