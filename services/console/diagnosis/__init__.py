"""What `fantascope doctor` looks at: a file for each family, a small function for each check."""
