"""What simcord keeps, for the rooms that handle it without knowing simcord."""

from simcord.backend.models import Interaction, VoiceState

__all__ = ["Interaction", "VoiceState"]
