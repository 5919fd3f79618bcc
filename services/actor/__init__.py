"""What makes a process an actor. Knows no service."""
