"""Conversations in files, and the folder for what is kept of them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from aimlapi_messages import InvalidRequestError
from aimlapi_messages.core.json import is_array, is_object, loads

__all__ = ["last_saved", "load", "new_file", "save", "state_folder"]


def state_folder() -> Path:
    """Where the state of programs lies: what XDG says, else the usual place."""
    local = os.environ.get("LOCALAPPDATA", "") if os.name == "nt" else ""
    base = os.environ.get("XDG_STATE_HOME") or local or "~/.local/state"
    return Path(os.path.expanduser(base)) / "aimlapi-messages"


def _kept() -> Path:
    return state_folder() / "conversations"


def new_file() -> Path:
    """A name for a conversation."""
    return _kept() / f"{datetime.now():%Y-%m-%d-%H%M%S}-{os.getpid()}.json"


def last_saved() -> Path:
    """The conversation that was saved last without a name. Raises InvalidRequestError if there is none."""
    folder = _kept()
    found = max(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, default=None)
    if found is None:
        raise InvalidRequestError(f"There is no conversation in {folder}. Name a file.")
    return found


def save(path: Path, conversation: Mapping[str, Any]) -> None:
    """Write a conversation for the user's eyes only: all of it or nothing. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
        json.dump(conversation, target)
    os.replace(target.name, path)


def load(path: Path) -> dict[str, Any]:
    """A conversation that was saved, with at least `model` and `messages`. Raises InvalidRequestError, OSError."""
    found: Any = None
    try:
        found = loads(path.read_bytes())
    except FileNotFoundError as error:
        raise InvalidRequestError(f"There is no file {path}.{_near(path)}") from error
    except ValueError as error:
        raise InvalidRequestError(f"{path} is no saved conversation: {error}") from error
    turns = found.get("messages") if is_object(found) else None
    if not is_object(found) or not isinstance(found.get("model"), str) or not is_array(turns):
        raise InvalidRequestError(f"{path} is no saved conversation: it lacks a model or messages.")
    if not all(is_object(turn) and turn.get("role") in ("user", "assistant") and "content" in turn for turn in turns):
        raise InvalidRequestError(f"{path} is no saved conversation: a message lacks a role or content.")
    return found


def _near(path: Path) -> str:
    """A sentence with the files whose names are near, beside it or among those that were kept; "" if there are none."""
    from difflib import get_close_matches  # noqa: PLC0415 (for a mistake only)

    files: dict[str, Path] = {}
    for folder in (_kept(), path.parent):
        with suppress(OSError):
            files.update((one.name.lower(), one) for one in folder.iterdir() if one.is_file())
    near = [str(files[name]) for name in get_close_matches(path.name.lower(), files)]
    return f" Did you mean {' or '.join(near)}?" if near else ""
