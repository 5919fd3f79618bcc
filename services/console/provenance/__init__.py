"""Where something came from: from a picture on the wall or a sound in the air back to the words that led to it."""
