"""The procedural painter's studio: from words to a plan, from a plan to a picture. One concept a file."""
