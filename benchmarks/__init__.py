"""Measured promises. Each module runs as `python -m benchmarks.<name> [--quick] [--json FILE]`."""
