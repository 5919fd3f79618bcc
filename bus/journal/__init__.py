"""A participant's own record of what it published: written by one thread, read by anybody, mended where harmed."""
