"""Headers: the checked ones of a request, and those of a response for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["Headers", "merge_headers"]


class Headers(Mapping[str, str]):
    """Headers by name, in any case. Made of lower-case names."""

    __slots__ = ("_by_name",)

    def __init__(self, by_name: Mapping[str, str]) -> None:
        self._by_name = by_name

    def __getitem__(self, name: str) -> str:
        return self._by_name[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._by_name

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __repr__(self) -> str:
        return f"Headers({dict(self._by_name)!r})"


def merge_headers(*layers: Mapping[str, str | None]) -> dict[str, str]:
    """One set of checked headers, names in lower case; a later layer replaces an earlier one, None takes away."""
    merged: dict[str, str | None] = {}
    for layer in layers:
        merged.update({name.lower(): value for name, value in layer.items()})
    return {name: value for name, value in merged.items() if value is not None}
