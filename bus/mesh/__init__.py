"""How it travels on one machine: ZeroMQ sockets in a private folder, and nobody in the middle."""
