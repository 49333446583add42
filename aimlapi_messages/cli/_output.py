"""What the command line prints, and with which code it exits. Answers go to standard output, all else to the other.

0    it worked
1    the gateway or the connection failed
2    the command line cannot be understood, or a file not be read
3    no key, or one that the gateway refuses
4    no credit, or a budget that is used up
5    too many requests, or the provider is overloaded: try again later
130  Ctrl-C
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from aimlapi_client.types import Extensible, is_sequence
from aimlapi_messages import (
    AIMLAPIError,
    AuthenticationError,
    BudgetExceededError,
    ConfigurationError,
    InvalidRequestError,
    MissingKeyError,
    OutOfCreditError,
    OverloadedError,
    RateLimitError,
)

__all__ = [
    "INTERRUPTED",
    "complain",
    "console",
    "exit_code",
    "print_bars",
    "print_json",
    "print_table",
    "status_console",
]

INTERRUPTED = 130
_BAR_WIDTH = 40

_CODES: tuple[tuple[type[AIMLAPIError], int], ...] = (
    (MissingKeyError, 3),
    (AuthenticationError, 3),
    (OutOfCreditError, 4),
    (BudgetExceededError, 4),
    (RateLimitError, 5),
    (OverloadedError, 5),
    (ConfigurationError, 2),
    (InvalidRequestError, 2),
)


def console() -> Console:
    """Standard output. Colours only in a terminal, and never with NO_COLOR."""
    return Console(highlight=False)


def status_console() -> Console:
    """Standard error, for progress and problems."""
    return Console(stderr=True, highlight=False)


def exit_code(error: AIMLAPIError) -> int:
    return next((code for kind, code in _CODES if isinstance(error, kind)), 1)


def complain(problem: object) -> None:
    """One line on standard error."""
    print(f"aimlapi-messages: {' '.join(str(problem).split())}", file=sys.stderr)


def print_json(value: Any) -> None:
    """One JSON value on a line of its own. Amounts are text, so that no digit is lost; times are ISO 8601."""
    print(json.dumps(_plain(value), ensure_ascii=False), flush=True)


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    table = Table(title=title, title_justify="left")
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left")  # a name, and then numbers
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console().print(table)


def print_bars(amounts: Sequence[tuple[str, Decimal]]) -> None:
    """A bar for each amount, the largest as wide as all may be."""
    largest = max((amount for _, amount in amounts), default=Decimal(0))
    width = max((len(name) for name, _ in amounts), default=0)
    for name, amount in amounts:
        share = float(amount / largest) if largest else 0.0
        eighths = round(share * _BAR_WIDTH * 8)
        bar = "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
        console().print(f"{name:<{width}}  {bar} {amount:f}", markup=False, soft_wrap=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Extensible):
        names: tuple[str, ...] = tuple(value.__slots__)
        known = {name: getattr(value, name) for name in names if not name.startswith(("_", "additional_"))}
        return {name: _plain(member) for name, member in known.items() if member is not None}
    if is_dataclass(value) and not isinstance(value, type):
        members = {field.name: getattr(value, field.name) for field in fields(value)}
        return {name: _plain(member) for name, member in members.items() if name != "raw"}
    if is_sequence(value):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
