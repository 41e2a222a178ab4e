"""A stand-in for Discord: owns a small world and speaks API v10; must never know what kind of bot talks to it."""
