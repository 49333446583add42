"""What importing the package costs, as a ratio to importing httpx and attrs in the same run.

Each number is the least CPU time of several fresh interpreters, less that of an interpreter that imports nothing.
Run it as ``python benchmarks/import_cost.py``.
"""

from __future__ import annotations

import resource
import subprocess
import sys

RUNS = 15
FLOOR = "import httpx, attrs"
CASES = {
    "httpx and attrs": FLOOR,
    "aimlapi_messages": "import aimlapi_messages",
    "aimlapi_messages, with a client made": "from aimlapi_messages import AIMLAPI; AIMLAPI(api_key='k')",
    "aimlapi_client": "import aimlapi_client",
    "aimlapi_client, with one model": "from aimlapi_client.models import Message",
    "anthropic": "import anthropic",
}


def cpu_seconds(code: str) -> float:
    """The least CPU time of a fresh interpreter that runs ``code``."""
    least = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        least = min(least, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return least


def main() -> None:
    nothing = cpu_seconds("pass")
    costs = {name: cpu_seconds(code) - nothing for name, code in CASES.items()}
    floor = costs["httpx and attrs"]
    for name, cost in costs.items():
        print(f"{name:40} {cost * 1000:7.1f} ms   {cost / floor:5.2f}")


if __name__ == "__main__":
    main()
