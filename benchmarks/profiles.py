"""Profiles some tasks and the stages of the pipeline: `python -m benchmarks.profiles`.

Each runs in its own process under cProfile, and the time spent is summed by package. The profiler slows down Python
calls more than C calls, so only shares are printed; absolute times are measured without it.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import resource
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from .__main__ import serving
from .clients import load
from .work import PIECES

ROOT = Path(__file__).parents[1]
WORK: tuple[tuple[str, list[str | int]], ...] = (
    ("ours", ["calls", 1, 500]),
    ("ours", ["calls", 256, 2]),
    ("ours_fast", ["calls", 256, 2]),
    ("ours", ["stream", 10_000]),
    ("ours_fast", ["stream_async", 10_000]),
    ("ours", ["tool", 100_000]),
)
STAGES = ("build", "generate", "check")


def shares(profile: cProfile.Profile) -> str:
    """The share of time spent in each package, largest first."""
    spent: Counter[str] = Counter()
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(profile).stats
    for (file, _, _), (_, _, own, _, _) in stats.items():
        spent[_package(file)] += own
    whole = sum(spent.values())
    return ", ".join(f"{name} {own / whole:.0%}" for name, own in spent.most_common(8) if own > whole / 100)


def _package(file: str) -> str:
    """The package that a file belongs to, or "C" for C code."""
    if file.startswith(("~", "<")):
        return "C"
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return path.relative_to(ROOT).parts[0] if path.is_relative_to(ROOT) else "standard library"


def profile_work(name: str, url: str, piece: str, *arguments: int) -> str:
    client = load(name)
    PIECES[piece](client, url, *arguments)
    profile = cProfile.Profile()
    profile.runcall(PIECES[piece], client, url, *arguments)
    return shares(profile)


def profile_stage(stage: str) -> str:
    """The shares of one stage."""
    sys.argv = ["pipeline", stage]
    profile = cProfile.Profile()
    try:
        profile.runcall(runpy.run_module, "scripts.pipeline", run_name="__main__")
    except SystemExit as end:
        if end.code:
            raise
    return shares(profile)


def time_stage(stage: str, where: Path) -> str:
    """The CPU time of a stage, including its subprocesses, and its peak memory."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-m", "scripts.pipeline", stage], cwd=where, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    wall, memory = time.perf_counter() - began, after.ru_maxrss / 1024
    return f"{cpu:.1f} s of CPU, {wall:.1f} s elapsed, peak memory so far {memory:.0f} MB"


def main() -> None:
    with serving(None) as url:
        for name, piece in WORK:
            print(f"{load(name).NAME}, {piece}: {_in_process('work', name, url, json.dumps(piece))}")
    if shutil.which("ruff", path=str(Path(sys.executable).parent)) is None:
        print("The pipeline's dependencies are not installed here; run this in the environment of `make setup` too.")
        return
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "copy"
        skipped = shutil.ignore_patterns(".venv*", ".git", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=skipped)
        for stage in STAGES:
            print(f"pipeline, {stage}: {time_stage(stage, copy)}; {_in_process('stage', stage, where=copy)}")


def _in_process(*arguments: str, where: Path = ROOT) -> str:
    command = [sys.executable, "-m", "benchmarks.profiles", *arguments]
    lines = subprocess.run(command, cwd=where, check=True, capture_output=True, text=True).stdout.splitlines()
    return lines[-1]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["work", name, url, piece]:
            print(profile_work(name, url, *json.loads(piece)))
        case ["stage", stage]:
            print(profile_stage(stage))
        case _:
            main()
