"""Tests of the house itself: that it keeps its own rules."""
