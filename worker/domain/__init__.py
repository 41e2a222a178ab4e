"""What jobs, schedules and statistics are; no I/O."""
