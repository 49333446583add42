"""The log of what was mended, folded and left out, each entry with its place."""

from __future__ import annotations

from attrs import frozen

from ..document.errors import pointer

__all__ = ["Repair", "Repairs", "Steps"]

Steps = tuple[str | int, ...]


@frozen
class Repair:
    """One thing that was mended: where, and what was done."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.what}"


class Repairs(list[Repair]):
    """The log of one run."""

    def add(self, steps: Steps, what: str) -> None:
        self.append(Repair(pointer(*steps), what))
