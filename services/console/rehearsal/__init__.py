"""Scenarios: what visitors do, what is done to the house, and what has to come of it."""
