"""Giving memory back. The C library keeps what a large picture or sound needed, in case another one follows."""

import ctypes
import sys


def give_back() -> None:
    """Return free memory to the system, where the C library can (glibc)."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
