"""What a token is; no I/O."""
