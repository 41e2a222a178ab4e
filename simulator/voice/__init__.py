"""The voice half of the stand-in: signalling, packets, encryption and what is heard; it must never play anything."""
