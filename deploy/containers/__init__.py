"""What `docker compose up` needs beside the images; it must never be imported by a service."""
