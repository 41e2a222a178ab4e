"""What tokens and settings are; no I/O."""
