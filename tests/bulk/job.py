"""A run in a process of its own, which others kill: `python -m tests.bulk.job URL IN OUT OPTIONS`. Not a test.

Prints the report as a line of JSON, and the peak of the memory of its process.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from aimlapi_messages import AsyncAIMLAPI

from ..support.wire import KEY
from .gateway import question

MODEL = "anthropic/claude-haiku-5-5"


def write_rows(path: Path, rows: int) -> None:
    """The input: rows with an id, as the gateway takes them in a batch."""
    with path.open("w", encoding="utf-8") as target:
        for row in range(rows):
            params = {"model": MODEL, "max_tokens": 16, "messages": question(row)}
            target.write(json.dumps({"custom_id": f"row-{row}", "params": params}) + "\n")


def start(url: str, given: Path, output: Path, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bulk.job", url, str(given), str(output), json.dumps(options)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def peak_memory(process: str = "self") -> float:
    """Of a process so far, in MB."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def main(url: str, given: str, output: str, options: str) -> None:
    async with AsyncAIMLAPI(api_key=KEY, base_url=url) as client:
        report = await client.messages.run(given, output, **json.loads(options))
    print(json.dumps({"stopped": report.stopped, "perhaps_billed": report.perhaps_billed, "peak": peak_memory()}))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
