"""Checks of the house itself: rules that no tool knows."""
