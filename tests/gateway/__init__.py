"""Gateway: its words and rules by themselves, the whole process between a simulated Discord and a stand-in for audio."""
