"""The front door outside Discord: owns tokens, settings and playlists; it never speaks for another service."""
