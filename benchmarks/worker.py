"""Runs one client in a separate process: `python -m benchmarks.worker FILE URL CORE`.

Reads tasks as lines of JSON, such as `["stream", 1000]`, and writes a line of measurements for each.
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
