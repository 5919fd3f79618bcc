"""What the bus achieves, as ratios to blocking pyzmq (bytes only) that is measured beside each case."""

import os
import platform
import sys
import time

from benchmarks.bus.latency import oneway, publish, reply
from benchmarks.bus.measures import Rows
from benchmarks.bus.sizes import blob, history, idle, wanted
from benchmarks.bus.table import show, write_page
from benchmarks.bus.throughput import dropped, live, live5, log, neighbours
from benchmarks.figures import arguments, write

CASES = {
    case.__name__: case
    for case in (live, live5, dropped, log, publish, oneway, reply, blob, wanted, history, idle, neighbours)
}


def main() -> None:
    """Measure, and show."""
    options = arguments(__doc__, CASES, page="write the table into a page, between its two marks")
    begin = time.monotonic()
    rows: Rows = {}
    for name in options.case:
        print(f"… {name}", file=sys.stderr, flush=True)
        rows |= CASES[name](options.quick)
    show(rows)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    print(f"{machine}; {time.monotonic() - begin:.0f} s")
    if options.json:
        write(rows, options.json)
    if options.page:
        write_page(rows, options.page, f"{machine}{', --quick' if options.quick else ''}.")


if __name__ == "__main__":
    main()
