"""What a job is; no I/O."""
