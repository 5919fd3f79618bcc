"""Ask the advisory service about every pinned package, and say so plainly when it gives no answer.

Usage: python .ci/audit.py constraints.txt. Ends with 1 only when a package is known to be vulnerable.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def audit(constraints: Path) -> tuple[list[dict[str, Any]], str]:
    """Return what pip-audit says of each package, and its last line of complaint."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(constraints)]
    options = ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603 - our own arguments
    complaint = (done.stderr.strip().splitlines() or [f"pip-audit ended with {done.returncode}"])[-1]
    packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"] if done.stdout else []
    return packages, complaint


def main() -> int:
    """Print one line per known vulnerability, or one line on why nothing is known."""
    packages, complaint = audit(Path(sys.argv[1]))
    answered = [package for package in packages if "skip_reason" not in package]
    if not answered:
        reason = f"what answers knows none of {len(packages)} packages" if packages else complaint
        sys.stdout.write(f"audit: not done, the advisory service cannot be reached from here: {reason}\n")
        return 0
    found = [(package, hole) for package in answered for hole in package["vulns"]]
    for package, hole in found:
        cure = ", ".join(hole["fix_versions"]) or "none yet"
        sys.stdout.write(f"audit: {package['name']} {package['version']}: {hole['id']}; fixed in: {cure}\n")
    if not found:
        sys.stdout.write(f"audit: {len(answered)} of {len(packages)} packages looked up, nothing known against them\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
