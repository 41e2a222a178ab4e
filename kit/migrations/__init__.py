"""What runs the migrations of every service in the same way; it holds none of its own."""
