"""The command `aimlapi-messages`. Running it needs the extra `cli`, importing this package does not."""

from __future__ import annotations

import signal
import sys

from ._signals import interrupt_once

__all__ = ["run"]

_EXTRA = ("cyclopts", "jsonschema", "markdown_it", "prompt_toolkit", "rich")


def run() -> None:
    """Run the command line, and exit with its code."""
    try:
        interrupt_once()
        from ._app import main  # noqa: PLC0415 (needs the extra)

        code = main()
    except KeyboardInterrupt:  # while it was still being loaded
        code = 130
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in _EXTRA:
            raise
        sys.exit(
            f"aimlapi-messages: the package {error.name!r} is not installed. "
            "Install it with: pip install 'aimlapi-messages[cli]'"
        )
    if code == 130:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # more of them would come into the end of Python
    sys.exit(code)
