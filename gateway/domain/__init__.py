"""What gateway knows by itself: interactions, cards, voice links as plain values; it never waits or does I/O."""
