"""Owns the spans of the local run: it receives, keeps, shows and forwards them; it must never block who sends them."""
