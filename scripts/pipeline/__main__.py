"""``python -m scripts.pipeline VERB``."""

from __future__ import annotations

import io
import sys

from .cli import main

if __name__ == "__main__":
    out: object = sys.stdout
    if isinstance(out, io.TextIOWrapper):
        # A terminal or pipe of another encoding than UTF-8 shows what it lacks by its number, as standard error does.
        out.reconfigure(errors="backslashreplace")
    sys.exit(main())
