"""What the source says about the fields of events: the docstring under each of them."""

import ast
import functools
import inspect
import sys

import msgspec


def field_docs(kind: type[msgspec.Struct]) -> dict[str, str]:
    """Return the docstring of every documented field of a Struct, its bases' fields included."""
    docs: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, msgspec.Struct) and base is not msgspec.Struct:
            docs.update(source_docs(base.__module__).get(base.__name__, {}))
    return docs


@functools.cache
def source_docs(module: str) -> dict[str, dict[str, str]]:
    """Return, for every class of a module, the docstring that follows each annotated name."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: dict(documented(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def documented(node: ast.ClassDef) -> list[tuple[str, str]]:
    """Return names and docstrings of a class body, in order."""
    found: list[tuple[str, str]] = []
    for field, after in zip(node.body, node.body[1:], strict=False):
        if not isinstance(field, ast.AnnAssign) or not isinstance(field.target, ast.Name):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            found.append((field.target.id, inspect.cleandoc(after.value.value)))
    return found
