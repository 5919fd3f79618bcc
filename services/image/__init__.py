"""The image room: it paints what the story asks to be seen."""
