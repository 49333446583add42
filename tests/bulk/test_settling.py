"""What a run that was killed has left in flight is looked up in the account's logs, and these are read no further."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aimlapi_messages import AIMLAPI, Attempt
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.operation("create_message", "list_logs")
ROWS = [f"Row {number}" for number in range(250)]


def noted(output: Path, *calls: str) -> None:
    """The last row of a file was on its way at a kill, with these calls."""
    *lines, last = output.read_bytes().splitlines(keepends=True)
    output.write_bytes(b"".join(lines))
    row = json.loads(last)
    note = {"at": time.time(), "at_most_usd": "0.1", **{name: row[name] for name in ("custom_id", "request_hash")}}
    notes = [{**note, "client_request_id": call} for call in (row["client_request_id"], *calls)]
    Path(f"{output}.sending").write_text("".join(f"{json.dumps(one)}\n" for one in notes), encoding="utf-8")


@pytest.mark.parametrize("never_came", [0, 3])
def test_the_logs_are_read_back_to_the_kill_alone(tmp_path: Path, never_came: int) -> None:
    """However many calls are in them: of a hundred a page, one page; and also where a call never came."""
    output = tmp_path / "out.jsonl"
    with Emulator(frozen_at=datetime.now(UTC) - timedelta(seconds=300)) as emulator:
        client = AIMLAPI(api_key=KEY, base_url=emulator.base_url)
        client.messages.run(ROWS, output, model=MODEL, max_tokens=1, in_flight=1)  # written as they are logged
        noted(output, *(f"never-{number}" for number in range(never_came)))
        before = len(emulator.requests)
        report = client.messages.run(ROWS, output, model=MODEL, max_tokens=1)
        client.close()
    assert [request.path for request in emulator.requests[before:]] == ["/v2/logs"] * 2
    assert (report.succeeded, report.errors) == (249, {"answer_lost": 1})
    assert report.usd == 10 - emulator.balance


def test_the_logs_can_be_read_while_calls_pour_in(tmp_path: Path) -> None:
    """More than a page of them between one page and the next, which would always begin with what was read before."""
    output = tmp_path / "out.jsonl"
    with Emulator() as emulator, AIMLAPI(api_key=KEY, base_url=emulator.base_url) as other:

        def pour(attempt: Attempt) -> None:
            if attempt.url.endswith("/v2/logs"):
                for _ in other.messages.map(["Hello"] * 120, model=MODEL, max_tokens=1):
                    pass

        client = AIMLAPI(api_key=KEY, base_url=emulator.base_url, on_attempt=pour)
        client.messages.run(ROWS, output, model=MODEL, max_tokens=1)
        noted(output, "never")
        report = client.messages.run(ROWS, output, model=MODEL, max_tokens=1)
        client.close()
    assert (report.succeeded, report.errors) == (249, {"answer_lost": 1})
