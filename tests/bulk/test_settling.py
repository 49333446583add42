"""What a run that was killed has left in flight is looked up in the account's logs, and these are read no further."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.operation("create_message", "list_logs")
ROWS = [f"Row {number}" for number in range(250)]


@pytest.mark.parametrize("never_came", [0, 3])
def test_the_logs_are_read_back_to_the_kill_alone(tmp_path: Path, never_came: int) -> None:
    """However many calls are in them: of a hundred a page, one page; and also where a call never came."""
    output = tmp_path / "out.jsonl"
    with Emulator(frozen_at=datetime.now(UTC) - timedelta(seconds=300)) as emulator:
        client = AIMLAPI(api_key=KEY, base_url=emulator.base_url)
        client.messages.run(ROWS, output, model=MODEL, max_tokens=1, in_flight=1)  # written as they are logged
        *lines, last = output.read_bytes().splitlines(keepends=True)
        output.write_bytes(b"".join(lines))
        row = json.loads(last)
        note = {"at": time.time(), "at_most_usd": "0.1", **{name: row[name] for name in ("custom_id", "request_hash")}}
        calls = [row["client_request_id"], *(f"never-{number}" for number in range(never_came))]
        notes = "".join(f"{json.dumps({**note, 'client_request_id': call})}\n" for call in calls)
        Path(f"{output}.sending").write_text(notes, encoding="utf-8")
        before = len(emulator.requests)
        report = client.messages.run(ROWS, output, model=MODEL, max_tokens=1)
        client.close()
    assert [request.path for request in emulator.requests[before:]] == ["/v2/logs"]
    assert (report.succeeded, report.errors) == (249, {"answer_lost": 1})
    assert report.usd == 10 - emulator.balance
