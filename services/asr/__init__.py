"""The listener: turns what visitors say into words."""
