"""Measures every client on this machine: `python -m benchmarks`, or `make bench`, which also installs the clients.

In one run, the clients take turns at each task, each in its own process, pinned to one core; the server has another.
Only the ratio between two columns of one run is meaningful, since the machine may be busy. Writes `results.json`,
`results.svg` and `results.md` to this folder.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import metadata
from pathlib import Path
from statistics import median
from typing import Any

from .clients import FILES, load
from .imports import import_costs
from .machine import cores, description, environment
from .report import markdown, table
from .rows import ROWS, Row

HERE = Path(__file__).parent
Samples = dict[str, dict[str, list[float]]]  # by row, by client


class Worker:
    """A client's process; see `worker.py`."""

    def __init__(self, name: str, url: str, core: int | None) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", name, url, *([] if core is None else [str(core)])]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )

    def do(self, piece: tuple[str | int, ...]) -> dict[str, float]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(piece) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args!r} exited during {piece!r}.")
        numbers: dict[str, float] = json.loads(line)
        return numbers

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(60)


@contextmanager
def serving(core: int | None) -> Iterator[str]:
    """Run the server in a separate process; yields its URL."""
    command = [sys.executable, "-m", "benchmarks.server", *([] if core is None else [str(core)])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        assert process.stdin is not None
        process.stdin.close()


def measure(samples: Samples, rounds: int, url: str, core: int | None, only: str) -> Iterator[None]:
    """Measure the rows whose name contains `only`, with every client in each round.

    Yields after each task.
    """
    rows: dict[tuple[str | int, ...], list[Row]] = {}
    pieces = {row.piece for row in ROWS if only in row.name}
    for row in ROWS:
        if row.piece in pieces:
            rows.setdefault(row.piece, []).append(row)
            samples[row.name] = {}
    with ExitStack() as stack:
        workers = {name: stack.enter_context(Worker(name, url, core)) for name in FILES}
        for number in range(rounds):
            for piece, of in rows.items():
                for name in clients_for(of[0]):
                    with ExitStack() as alone:
                        worker = alone.enter_context(Worker(name, url, core)) if of[0].alone else workers[name]
                        record(samples, of, name, worker.do(piece))
                say(f"round {number + 1} of {rounds}: {of[0].name}")
                yield


def clients_for(row: Row) -> list[str]:
    """The clients that can do the task of a row."""
    return [name for name in FILES if name not in row.without and getattr(load(name), row.needs, None) is not None]


def record(samples: Samples, rows: list[Row], name: str, numbers: dict[str, float]) -> None:
    for row in rows:
        value = numbers[row.measure] / (numbers["units"] if row.measure == "cpu" else 1)
        samples[row.name].setdefault(name, []).append(value * row.scale)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def summary(samples: Samples, units: dict[str, str]) -> list[dict[str, Any]]:
    """The median, minimum, maximum and number of samples of each row."""
    return [
        {
            "name": name,
            "unit": units[name],
            "clients": {
                client: {"median": median(of), "least": min(of), "greatest": max(of), "samples": len(of)}
                for client, of in by_client.items()
            },
        }
        for name, by_client in samples.items()
        if by_client
    ]


def write(samples: Samples, kept: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the results so far to `results.json` and `results.md`, with `kept` rows of an earlier run."""
    packages = sorted({package for name in FILES for package in load(name).PACKAGES})
    units = {"import": "ms", "memory after import": "MB", **{row.name: row.unit for row in ROWS}}
    rows = {row["name"]: row for row in (*kept, *summary(samples, units))}
    results = {
        "machine": description(),
        "versions": {package: metadata.version(package) for package in packages},
        "clients": {name: load(name).NAME for name in FILES},
        "rows": list(rows.values()),
        "growth": [{"of": row.growth, "row": row.name, "size": row.size} for row in ROWS if row.growth],
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HERE / "results.md").write_text(markdown(results), encoding="utf-8")
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure every client on this machine.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each client does each task")
    parser.add_argument("--minutes", type=float, default=30, help="start no task after this time")
    parser.add_argument("--only", default="", help="only measure rows whose name contains this, and keep the others")
    options = parser.parse_args()
    earlier = HERE / "results.json"
    kept = json.loads(earlier.read_text(encoding="utf-8"))["rows"] if options.only and earlier.exists() else []
    end = time.monotonic() + 60 * options.minutes
    ours, servers = cores()
    for name in FILES:  # compiles all bytecode
        Worker(name, "", None).__exit__()
    with serving(servers) as url:
        samples: Samples = import_costs(FILES, options.rounds) if options.only in "memory after import" else {}
        results = write(samples, kept)
        for _ in measure(samples, options.rounds, url, ours, options.only):
            results = write(samples, kept)
            if time.monotonic() > end:
                say(f"{options.minutes:g} minutes are over; the remaining rows were not measured.")
                break
    from .plot import draw  # noqa: PLC0415 (slow, and only needed here)

    draw(results, HERE / "results.svg")
    print(table(results))


if __name__ == "__main__":
    main()
