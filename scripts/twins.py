"""Generates the synchronous twin of modules that only differ by `await`: `python -m scripts.twins [--check]`.

The asynchronous module is written by hand, and its twin is next to it. `make check` compares them. What differs
in more has one name in a module with both versions, such as `streaming/closing.py`.
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
    "client/async_client.py",
    "client/async_exchange.py",
    "resources/async_batches.py",
    "resources/async_messages.py",
    "streaming/async_streams.py",
    "tools/async_runners.py",
    "transport/async_http.py",
)

HEADER = "# Made from {name} by `make twins`; do not edit.\n"

#: Applied in this order.
SUBSTITUTIONS = (
    # Only the asynchronous client has a choice of transports.
    (r"\n +transport: .*", ""),
    (r"\basync_transport\(http_client, transport\)", "sync_transport(http_client)"),
    (r"\basync_transport\b", "sync_transport"),
    (r"\basync (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bAwaitable\[(.+?)\]", r"\1"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\basyncio\.Semaphore\b", "threading.Semaphore"),
    (r"\bimport asyncio\b", "import time"),
    (r"\bAsyncReply\b", "SyncReply"),
    (r"\bAsyncByteStream\b", "SyncByteStream"),
    (r"\baiter\(", "iter("),
    (r"\bhandle_async_request\b", "handle_request"),
    (r"\baiter_bytes\b", "iter_bytes"),
    (r"\b(_?)Async(?=[A-Z])", r"\1"),
    (r"\bStopAsyncIteration\b", "StopIteration"),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\banext\(", "next("),
    (r"\baclose\b", "close"),
    (r"\basync_(\w+)", r"\1"),
    (r"\basynchronous\b", "synchronous"),
)


def twin(text: str, name: str) -> str:
    """The formatted synchronous source for an asynchronous one."""
    for pattern, replacement in SUBSTITUTIONS:
        text = re.sub(pattern, replacement, text)
    made = HEADER.format(name=name) + text
    fix = ["check", "--fix", "--unsafe-fixes", "--select=C416,F401,I,UP028", "--quiet"]
    for command in (fix, ["format", "--quiet"]):
        # With the settings that apply to the twin's folder.
        arguments = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PACKAGE / "twin.py"), "-"]
        made = subprocess.run(arguments, input=made, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return made


def main() -> int:
    """Write the twins, or with ``--check`` report those that are out of date."""
    stale = 0
    for source in SOURCES:
        path = PACKAGE / source
        target = path.with_name(path.name.removeprefix("async_"))
        made = twin(path.read_text(encoding="utf-8"), path.name)
        if not target.exists() or target.read_text(encoding="utf-8") != made:
            stale += 1
            if "--check" in sys.argv[1:]:
                print(f"{target.relative_to(ROOT)} is out of date with {path.name}; run `make twins`", file=sys.stderr)
            else:
                target.write_text(made, encoding="utf-8")
                print(f"wrote {target.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
