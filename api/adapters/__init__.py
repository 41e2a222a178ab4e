"""What api keeps, and whom it asks."""
