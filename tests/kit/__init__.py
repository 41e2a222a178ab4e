"""The toolbox, through real servers and a real database."""
