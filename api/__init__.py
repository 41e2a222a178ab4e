"""The front door outside Discord: owns tokens, their owners, and settings; it never speaks for another service."""
