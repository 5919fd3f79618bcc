"""The ways to recognise speech, and the libraries that they need."""
