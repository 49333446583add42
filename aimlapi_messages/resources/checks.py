"""What is checked of a call before it is sent, beyond what the document says. By the operation's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from aimlapi_client.operation import Operation, moment

from ..core.errors import InvalidRequestError

# The longest window of time that usage and logs take.
# aimlapi/api-docs docs/api-references/service-endpoints/usage-logs.md, 2026-08-21
_LONGEST_WINDOW: Final = timedelta(days=92)
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")


def _check_window(operation: Operation[Any]) -> None:
    """Raise InvalidRequestError unless a window is a period alone, both its ends, or nothing."""
    arguments = operation.arguments
    period, start, end = arguments.get("period"), arguments.get("start"), arguments.get("end")
    if period is not None and (start is not None or end is not None):
        raise InvalidRequestError("period stands beside start or end. Give a period, or both ends.")
    if (start is None) != (end is None):
        raise InvalidRequestError("Only one of start and end is given. Give both, or a period such as '7d'.")
    if start is not None:
        length = moment("end", end) - moment("start", start)
        if not timedelta() < length <= _LONGEST_WINDOW:
            raise InvalidRequestError(f"The window from {start} to {end} is not above 0 and at most 92 days long.")


def _check_usage_detail(operation: Operation[Any]) -> None:
    _check_window(operation)
    zone = operation.arguments.get("tz")
    if zone is not None:
        from dateutil import tz  # noqa: PLC0415 (slow to import)

        if not isinstance(zone, str) or not _ZONE.fullmatch(zone) or tz.gettz(zone) is None:
            raise InvalidRequestError(f"{zone!r} is no time zone. Give an IANA name, such as 'Europe/Berlin' or 'UTC'.")


#: Each raises InvalidRequestError for a call that would be refused.
CHECKS: Final[Mapping[str, Callable[[Operation[Any]], None]]] = {
    "get_usage": _check_window,
    "get_usage_detail": _check_usage_detail,
    "list_logs": _check_window,
}
