"""Brings the schema `audio` from one release to the next; it never touches another schema."""
