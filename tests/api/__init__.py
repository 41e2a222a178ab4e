"""Api, through its own server and a mesh that a test plays."""
