"""Worker, on a real database and a mesh that a test plays."""
