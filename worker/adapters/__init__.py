"""What worker keeps, and whom it asks."""
