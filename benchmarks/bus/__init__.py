"""What the bus achieves, as ratios to plain ZeroMQ: `python -m benchmarks.bus [--quick] [--json FILE] [case …]`."""
