"""A run that is killed again and again loses nothing, pays nothing twice, and ends with a line for every row.

`make soak` has 100,000 rows.
"""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ..support.deadlines import LIMIT
from ..support.slow import FULL
from .gateway import Gateway, end_of, gateway
from .job import peak_memory, start, write_rows
from .journal import Journal

pytestmark = [
    pytest.mark.operation("create_message", "list_logs"),
    pytest.mark.skipif(
        not Path("/proc/self/status").exists(), reason="the memory of another process is read from /proc"
    ),
]

# With a kill, or with the connection once the head of the answer had told its cost.
LOST = "answer_lost"


class Job:
    """One run of many processes, and what is known of it when one was killed."""

    def __init__(self, server: Gateway, folder: Path, rows: int, **options: Any) -> None:
        self._server, self._given, self._output, self._options = (
            server,
            folder / "in.jsonl",
            folder / "out.jsonl",
            options,
        )
        write_rows(self._given, rows)
        self.journal = Journal(self._output)
        self.asked: dict[str, int] = {}  # how often finished rows had been asked when they were seen to be finished
        self.most_in_flight = 0  # of one process that was killed
        self.peak = 0.0  # MB
        self._noted: set[str] = set()

    def killed(self, lines: int, seconds: float) -> None:
        """Run, and be killed so many seconds after there were so many lines."""
        with self._started() as process:
            end = time.monotonic() + 4 * LIMIT
            while self.journal.read() < lines:
                assert process.poll() is None, "it ended before it could be killed"
                assert time.monotonic() < end, f"{lines} lines were not written in time"
                time.sleep(0.005)
            time.sleep(seconds)
            self.peak = max(self.peak, peak_memory(str(process.pid)))
            process.kill()
        self.journal.read()
        before, counts = None, self._server.counts()
        while counts != before:  # what it was sent before the kill, it answers yet
            time.sleep(0.05)
            before, counts = counts, self._server.counts()
        for name in self.journal.kinds.keys() - self.asked.keys():
            self.asked[name] = counts.asked[row_of(name)]
        noted = self.journal.in_flight()
        self.most_in_flight = max(self.most_in_flight, len(noted - self._noted))
        self._noted |= noted

    def finished(self) -> dict[str, Any]:
        """Run to the end. Gives the report."""
        with self._started() as process:
            assert process.stdout is not None
            report: dict[str, Any] = json.loads(process.stdout.read())
        self.journal.read()
        self.peak = max(self.peak, report["peak"])
        return report

    def _started(self) -> subprocess.Popen[str]:
        return start(self._server.url, self._given, self._output, **self._options)


def row_of(name: str) -> int:
    return int(name.removeprefix("row-"))


@pytest.mark.parametrize(
    ("rows", "kills", "in_flight", "settle_after"),
    [
        pytest.param(1500, 5, 32, 1, id="thousand"),
        *([pytest.param(100_000, 20, 256, 10, id="many", marks=pytest.mark.slow)] if FULL else []),
    ],
)
def test_a_run_that_is_killed_goes_on(
    tmp_path: Path, rows: int, kills: int, in_flight: int, settle_after: float
) -> None:
    """Each row ends as it would have without kills, is paid once at most, and told with what it has cost."""
    random = Random(rows)
    points = [(lines, random.uniform(0, 0.05)) for lines in sorted(random.sample(range(rows), kills - kills // 5))]
    for _ in range(kills // 5):  # while it starts, and reads what another has left
        points.insert(random.randrange(1, len(points)), (0, random.uniform(0, 1)))
    with gateway() as server:
        job = Job(server, tmp_path, rows, in_flight=in_flight, settle_after=settle_after)
        for lines, seconds in points:
            job.killed(lines, seconds)
        report = job.finished()
        counts = server.counts()
    kinds = job.journal.kinds

    assert {row_of(name) for name in kinds} == set(range(rows))
    expected = {name: end_of(row_of(name)) for name in kinds}
    lost = {name for name, kind in kinds.items() if kind == LOST}
    assert {name: kind for name, kind in kinds.items() if name not in lost and kind != expected[name]} == {}
    assert [name for name, asked in job.asked.items() if counts.asked[row_of(name)] != asked] == []

    assert max(counts.charged) == 1
    assert {name for name in lost if not counts.charged[row_of(name)]} == set()
    paid = {name for name, kind in kinds.items() if kind in (LOST, "succeeded", "unexpected_response_error")}
    assert {row_of(name) for name in paid} == {row for row, charged in enumerate(counts.charged) if charged}
    assert job.journal.usd == counts.usd

    assert 0 < job.most_in_flight <= in_flight
    assert (report["stopped"], report["perhaps_billed"]) == (None, [])
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["in.jsonl", "out.jsonl"]


@pytest.mark.slow
def test_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    """But for eight bytes or so of each row: its id, by which it is known when it comes again."""
    peaks: list[float] = []
    for rows in (1_000, 20_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        with gateway() as server:
            job = Job(server, folder, rows)
            job.finished()
        peaks.append(job.peak)
    assert peaks[1] - peaks[0] < 8
