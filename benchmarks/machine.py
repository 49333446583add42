"""What is asked of the machine: a core for each side, and what there is to say of it beside a table."""

from __future__ import annotations

import os
import platform
import resource
import sys
from pathlib import Path


def cores() -> tuple[int | None, int | None]:
    """The core of the clients and that of the server; (None, None) where a process cannot be pinned to one."""
    if not hasattr(os, "sched_getaffinity"):
        return None, None
    free = sorted(os.sched_getaffinity(0))
    return free[0], free[-1]


def pin(core: int | None) -> None:
    """Keep this process, and threads that it starts from here on, on one core."""
    if core is not None:
        os.sched_setaffinity(0, {core})


def environment() -> dict[str, str]:
    """What a measured process is started with. All packages have their byte code, this one as the installed ones."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def peak_memory() -> float:
    """The most memory that this process has had so far, in MB."""
    status = Path("/proc/self/status")
    if status.exists():  # `ru_maxrss` of Linux counts what the process had before it became this program
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def described() -> dict[str, str]:
    """The interpreter, the system and the processor."""
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": names[0].partition(":")[2].strip() if names else platform.processor(),
        "cores": str(os.cpu_count()),
    }
