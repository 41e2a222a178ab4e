"""What people see: every answer as a plain value, made of words and escaped foreign text."""
