"""A short name for settings: the same settings have the same, wherever the project's folder lies."""

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from services.actor.backend import BackendConfig

LARGEST = 1_000_000
"""Bytes of a file that counts by what is in it. Larger ones are weights, and count by their names."""


def digest_of(settings: object, folder: Path) -> str:
    """Return the hash of settings of the project in a folder, and of the files that they name. It reads those."""

    def plain(value: Any) -> Any:
        if isinstance(value, Path):
            return hash_of(value) or (str(value.relative_to(folder)) if value.is_relative_to(folder) else str(value))
        if isinstance(value, Iterable):
            return [[each, code_of(each, folder)] for each in value]
        raise NotImplementedError(type(value))

    data = msgspec.json.encode(settings, enc_hook=plain, order="sorted")
    return hashlib.blake2b(data, digest_size=4).hexdigest()


def code_of(backend: BackendConfig, folder: Path) -> str:
    """Return the hash of a backend's source where that is a file of the project."""
    module = sys.modules.get(backend.factory.partition(":")[0])
    file = Path(getattr(module, "__file__", None) or "")
    return hash_of(file) if file.is_relative_to(folder) else ""


def hash_of(file: Path) -> str:
    """Return the hash of a small file; nothing where there is none, or a large one."""
    if not file.is_file() or file.stat().st_size > LARGEST:
        return ""
    return hashlib.blake2b(file.read_bytes(), digest_size=16).hexdigest()
