"""One client in a process of its own: `python -m benchmarks.worker FILE URL CORE`.

Reads pieces of work as lines of JSON, `["stream", 1000]`, and answers each with a line of what it measured.
"""

from __future__ import annotations

import gc
import json
import sys

from .clients import load
from .machine import pin
from .work import PIECES


def main(name: str, url: str, core: str = "") -> None:
    pin(int(core) if core else None)
    client = load(name)
    for line in sys.stdin:
        piece, *arguments = json.loads(line)
        gc.collect()
        print(json.dumps(PIECES[piece](client, url, *arguments)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
