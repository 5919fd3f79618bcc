"""The operator's hand: the `fantascope` command."""
