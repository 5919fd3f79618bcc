"""The operator's hand: the `fantascope` command. One file per command; each is imported when it is called."""
