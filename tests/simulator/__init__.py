"""The simulator, driven as bots, people and listeners drive Discord."""
