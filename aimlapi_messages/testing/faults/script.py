"""The script of an emulator: the switches of the next requests, set from outside instead of by their headers."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from .errors import GatewayError
from .switches import read_switches


class Script:
    """A queue of switch headers. Threads may use it at once, as they may a deque."""

    def __init__(self) -> None:
        self._steps: deque[dict[str, str]] = deque()

    def add(self, steps: tuple[Mapping[str, str], ...]) -> None:
        """Add steps at the end, all or none. Raises ValueError for one that is no switch or cannot be read."""
        self._steps.extend([_check(step) for step in steps])

    def take(self) -> dict[str, str]:
        """The next step, which is then gone, or `{}` when there is none."""
        try:
            return self._steps.popleft()
        except IndexError:
            return {}

    def clear(self) -> None:
        """Forget the steps that are left."""
        self._steps.clear()


def _check(step: Mapping[str, str]) -> dict[str, str]:
    headers = {name.lower(): value for name, value in step.items()}
    for name, value in headers.items():
        if not name.startswith("x-emulator-"):
            raise ValueError(f"{name!r} is no switch: a step of a script holds x-emulator- headers alone")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the value {value!r} of {name} is not printable ASCII")
    try:
        read_switches(headers)
    except GatewayError as error:
        raise ValueError(str(error)) from error
    return headers
