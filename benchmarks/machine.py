"""The machine: CPU pinning, memory use, and a description."""

from __future__ import annotations

import os
import platform
import resource
import sys
from pathlib import Path


def cores() -> tuple[int | None, int | None]:
    """The cores for the clients and the server, or (None, None) if processes cannot be pinned."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


def pin(core: int | None) -> None:
    """Pin this process, and threads that it starts from now on, to one core."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def environment() -> dict[str, str]:
    """The environment of a measured process, with bytecode caching enabled for all packages alike."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def peak_memory() -> float:
    """The peak memory of this process so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, `ru_maxrss` includes the memory before exec
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def description() -> dict[str, str]:
    """The interpreter, the system and the processor."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": str(os.cpu_count()),
    }
