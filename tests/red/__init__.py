"""Red-DiscordBot, a bot that others wrote, on the simulator and the embedded node; in an environment of its own."""
