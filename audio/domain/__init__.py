"""Holds the rules and values of players and queues; it never waits, looks at a clock or touches I/O."""
