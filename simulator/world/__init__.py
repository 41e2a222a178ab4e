"""The world as Discord keeps it: owns guilds, people and messages; the only package that knows simcord, no sockets."""
