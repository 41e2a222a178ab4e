"""The history of the schema `gateway`; a released step is never changed."""
