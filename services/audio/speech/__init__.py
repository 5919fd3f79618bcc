"""What is done with a sentence before and after a voice speaks it."""
