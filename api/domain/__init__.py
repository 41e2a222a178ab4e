"""What tokens, settings and playlists are; no I/O."""
