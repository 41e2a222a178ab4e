"""Owns players and queues and talks to audio nodes; it never speaks to Discord, nor holds what could not be rebuilt."""
