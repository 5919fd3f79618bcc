"""The wall: the page that visitors see and hear, and what is on it now."""
