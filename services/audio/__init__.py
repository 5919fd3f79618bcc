"""The storyteller's voice, what the place sounds like, and the music under the story."""
