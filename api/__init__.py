"""The front door outside Discord: owns tokens and who they belong to; it never speaks for another service."""
