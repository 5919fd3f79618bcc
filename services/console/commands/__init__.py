"""One file per command, each with a `command`; imported when it is called."""
