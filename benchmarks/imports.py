"""The cost of importing each client: CPU time of a new interpreter minus that of an idle one, and peak memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from .clients import load
from .machine import environment

_MEASURE = (
    "import resource, sys; u = resource.getrusage(resource.RUSAGE_SELF); sys.path.insert(0, '.'); "
    "from benchmarks.machine import peak_memory; print(u.ru_utime + u.ru_stime, peak_memory())"
)


def import_costs(clients: Iterable[str], rounds: int) -> dict[str, dict[str, list[float]]]:
    """The samples of both rows: CPU time in ms without the interpreter's own, and memory in MB including it."""
    samples: dict[str, dict[str, list[float]]] = {"import": {}, "memory after import": {}}
    for _ in range(rounds):
        bare = _cost("pass")
        for name in clients:
            cpu, memory = _cost(load(name).IMPORT)
            samples["import"].setdefault(name, []).append((cpu - bare[0]) * 1e3)
            samples["memory after import"].setdefault(name, []).append(memory)
    return samples


def _cost(code: str) -> tuple[float, float]:
    """The CPU seconds and peak MB of an interpreter that runs the code."""
    command = [sys.executable, "-c", f"{code}\n{_MEASURE}"]
    cpu, memory = subprocess.run(command, check=True, capture_output=True, text=True, env=environment()).stdout.split()
    return float(cpu), float(memory)
