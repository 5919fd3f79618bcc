"""The house's Python files, and what each of them imports."""

import ast
import functools
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent.parent
OURS = ("schemas", "bus", "services", "projects", "tests", "benchmarks")
MADE = {"__pycache__", "assets", "journal"}


def python_files(*tops: str) -> list[Path]:
    """Return every source file below the given top-level folders, or below all of ours."""
    files = [file for top in tops or OURS for file in (HOUSE / top).rglob("*.py")]
    return sorted(file for file in files if not MADE & set(file.relative_to(HOUSE).parts))


def module_name(file: Path) -> str:
    """Return the name under which a file is imported."""
    parts = file.relative_to(HOUSE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@functools.cache
def modules() -> dict[str, Path]:
    """Return every module of the program itself by name."""
    return {module_name(file): file for file in python_files("schemas", "bus", "services")}


@functools.cache
def imports(file: Path) -> frozenset[str]:
    """Return the modules that a file imports anywhere, ours down to the file, others by their first name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            name = node.module or ""
            found.update(
                f"{name}.{alias.name}" if f"{name}.{alias.name}" in modules() else name for alias in node.names
            )
    return frozenset(name if name.split(".")[0] in OURS else name.split(".")[0] for name in found)
