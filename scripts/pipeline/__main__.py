"""``python -m scripts.pipeline VERB``."""

from __future__ import annotations

import io
import sys

from .cli import main

if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal or pipe of another encoding than UTF-8 shows what it lacks by its number, as standard error does.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
