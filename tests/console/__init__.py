"""Tests of the operator's hand, with real processes."""
