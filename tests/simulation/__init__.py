"""The engine in virtual time: whole clusters live, die and recover in milliseconds, each run told by one number."""
