"""Reads what a run has written, with nothing but `json`, while it is written. Not a test."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any


class Journal:
    """The output of a run as far as it has been read; `kinds` and `lines` are by custom_id."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._offset = 0
        self.kinds: dict[str, str] = {}  # what the last line of each row says: "succeeded", or the type of its error
        self.lines: dict[str, int] = {}  # how many each row has
        self.usd = Decimal(0)  # of all lines

    def read(self) -> int:
        """Read on to the end of the last whole line, and give the number of lines in all."""
        if self._output.exists():
            with self._output.open("rb") as source:
                source.seek(self._offset)
                data = source.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._offset += len(whole)
            for line in whole.splitlines():
                self._take(json.loads(line))
        return sum(self.lines.values())

    def _take(self, line: dict[str, Any]) -> None:
        name, result = line["custom_id"], line["result"]
        self.kinds[name] = result["error"]["error"]["type"] if result["type"] == "errored" else result["type"]
        self.lines[name] = self.lines.get(name, 0) + 1
        if line["cost"] is not None:
            self.usd += Decimal(line["cost"]["usd"])

    def in_flight(self) -> set[str]:
        """The rows that were noted before they were sent and have no line, each with the run that has sent it."""
        notes = self._output.with_name(f"{self._output.name}.sending")
        if not notes.exists():
            return set()
        whole = notes.read_bytes().rpartition(b"\n")[0].splitlines()
        noted = [json.loads(line) for line in whole]
        left = (note["client_request_id"] for note in noted if note["custom_id"] not in self.kinds)
        return {call.rpartition("-")[0] for call in left}
