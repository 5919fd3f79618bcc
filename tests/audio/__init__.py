"""The room's voice, surroundings and music."""
