"""The file of a run is what the guide says: any program reads it, with a parser of JSON and nothing else."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator

from ..support.wire import KEY, MODEL

pytestmark = pytest.mark.operation("create_message")
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "bulk.md"
ROWS = [
    {"custom_id": "good", "params": {"messages": "Hello"}},
    {"custom_id": "wrong", "params": {"max_tokens": 5}},
    {"custom_id": "refused", "params": {"messages": "Hello", "model": "nobody/none"}},
    {"custom_id": "again", "params": {"messages": "Hello again"}},
    {"custom_id": "\u00fcml\u00e4ut \U0001f600\u2028", "params": {"messages": "line\nbreak\u2028"}},
]


@pytest.fixture
def lines(tmp_path: Path) -> list[dict[str, Any]]:
    """Those of a run in which one row fails once, one is refused, and one cannot be sent."""
    output = tmp_path / "out.jsonl"
    with Emulator() as emulator, AIMLAPI(api_key=KEY, base_url=emulator.base_url) as client:
        emulator.script({"x-emulator-fail": "500"})
        report = client.messages.run(ROWS, output, model=MODEL, in_flight=1, output=str)
        assert report.usd == 10 - emulator.balance
    text = output.read_text(encoding="utf-8")
    assert KEY not in text
    assert text.endswith("\n")
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_each_row_has_one_line(lines: list[dict[str, Any]]) -> None:
    """Whatever is in its name."""
    assert sorted(line["custom_id"] for line in lines) == sorted(row["custom_id"] for row in ROWS)


def test_a_line_says_what_became_of_its_row(lines: list[dict[str, Any]]) -> None:
    """As the line of a batch's results does, and what it cost."""
    kinds = {line["custom_id"]: line["result"].get("error", {}).get("error", {}).get("type") for line in lines}
    assert [kinds[row["custom_id"]] for row in ROWS] == [None, "invalid_request_error", "not_found_error", None, None]
    for line in lines:
        answered = line["result"]["type"] == "succeeded"
        assert (line["cost"] is not None) is answered
        assert answered is ("output" in line) is ("message" in line["result"])
        assert line["attempts"] == {"good": 2, "wrong": 0}.get(line["custom_id"], 1)
    paid = [line["cost"] for line in lines if line["cost"]]
    assert all(Decimal(cost["usd"]) * 2_000_000 == Decimal(cost["credits"]) for cost in paid)


def test_the_guide_lists_the_members_of_a_line(lines: list[dict[str, Any]]) -> None:
    """All of them; two are only of rows that may have been paid without an answer."""
    table = GUIDE.read_text(encoding="utf-8").partition("| Member |")[2].partition("\n\n")[0]
    listed = {
        name for row in re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE) for name in re.findall("`(.*?)`", row)
    }
    assert listed == {name for line in lines for name in line} | {"at_most_usd", "perhaps_billed"}
