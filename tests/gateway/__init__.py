"""Gateway: its words and rules by themselves, and the process between a simulated Discord and a stand-in for audio."""
