"""Makes the synchronous twin of each module that differs by `await` only: `python -m scripts.twins [--check]`.

The asynchronous text is written by hand, and its twin stands beside it. `make check` compares them. What differs for
real (clients, transports) is written twice, and held alike by a test.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "aimlapi_messages"

#: The asynchronous modules that have a twin: `async_x.py` makes `x.py`.
SOURCES = (
    "resources/async_batch_results.py",
    "resources/async_batches.py",
    "resources/async_messages.py",
    "resources/async_protocols.py",
    "streaming/async_streams.py",
    "tools/async_runners.py",
)

HEADER = "# Made from {name} by `make twins`; do not edit.\n"

#: From one text to the other, in this order.
SUBSTITUTIONS = (
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[(.+?)\]", r"\1"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\bimport asyncio\b", "import time"),
    (r"\bAsyncReply\b", "SyncReply"),
    (r"\b(_?)Async(?=[A-Z])", r"\1"),
    (r"\bStopAsyncIteration\b", "StopIteration"),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\banext\(", "next("),
    (r"\baclose\(", "close("),
    (r"\basync_(\w+)", r"\1"),
    (r"\basynchronous\b", "synchronous"),
)


def twin(text: str, name: str) -> str:
    """The synchronous text of an asynchronous one, formatted."""
    for pattern, replacement in SUBSTITUTIONS:
        text = re.sub(pattern, replacement, text)
    made = HEADER.format(name=name) + text
    for command in (["check", "--fix", "--unsafe-fixes", "--select=F401,I,UP028", "--quiet"], ["format", "--quiet"]):
        # By the settings of the place where the twin stands.
        arguments = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PACKAGE / "twin.py"), "-"]
        made = subprocess.run(arguments, input=made, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return made


def main() -> int:
    """Write the twins, or with ``--check`` name those that are not what they should be."""
    stale = 0
    for source in SOURCES:
        path = PACKAGE / source
        target = path.with_name(path.name.removeprefix("async_"))
        made = twin(path.read_text(encoding="utf-8"), path.name)
        if not target.exists() or target.read_text(encoding="utf-8") != made:
            stale += 1
            if "--check" in sys.argv[1:]:
                print(f"{target.relative_to(ROOT)} is not the twin of {path.name}; run `make twins`", file=sys.stderr)
            else:
                target.write_text(made, encoding="utf-8")
                print(f"wrote {target.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
