"""The embedded audio node: serves Lavalink v4 and speaks Discord voice; it must know nothing else of Segue."""
