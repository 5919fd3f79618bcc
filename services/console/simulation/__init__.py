"""A simulated day: a crowd that comes, speaks, interrupts, leaves and comes back, and how the room answered it."""
