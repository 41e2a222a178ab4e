"""Published clients of Lavalink, each in a process and an environment of its own, that obey lines on their input."""
