"""What `fantascope forget` does: choose what goes, remove it everywhere, and look whether any trace is left."""
