"""Hashes of texts, of files and of folders, in hex."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["hash_tree", "sha256"]


def sha256(data: bytes | str) -> str:
    """The SHA-256 of bytes or of a text in UTF-8, in hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def hash_tree(root: Path) -> str:
    """One hash of all files below a folder: their names and their bytes. Caches of Python do not count."""
    lines = [
        f"{path.relative_to(root).as_posix()} {sha256(path.read_bytes())}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sha256("".join(lines))
