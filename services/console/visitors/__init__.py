"""Simulated visitors: pages without a browser, which do what `services/display/page` does in one."""
