"""Variants: which object variants of one union are nearly equal, and in which order they become one.

Each time, the first two of the order that are nearly equal are merged, and the result takes its own place in it. What
a merge does not touch is not looked at again, so that a union of thousands of variants takes seconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from heapq import heappop, heappush

from attrs import define, field, frozen

from ..document.schemas import canonical_json, is_catch_all, likely_tag, tag_rank, tag_values, undated
from ..document.tree import Json

__all__ = ["merge_near"]

#: The place of a variant in the order: by its content, of equal ones by age.
Key = tuple[str, int]


def merge_near(variants: Iterable[Json], merge: Callable[[list[Json]], Json]) -> list[Json]:
    """The variants of one union, where any two that are nearly equal have become one by ``merge``.

    Variants are nearly equal when they share a value of the tag, or are versions of one thing (a tag that ends
    in a date), and what one requires, the other requires too; without a tag, when one has all properties of the
    other and requires the same, or both have the same. So a new version of a tool adds a value to a type that users
    already name, and a new optional property does not make a second type next to it. Of a union whose variants mostly
    have a tag, those without it are compared with each other only.
    """
    union = _Union()
    for variant in variants:
        union.add(variant)
    while pair := union.next_pair():
        first, second = (union.remove(key) for key in pair)
        union.add(merge([first, second]))
    return union.in_order()


@frozen
class _Variant:
    """A variant with what is asked of it again and again."""

    schema: Json
    names: frozenset[str]
    required: frozenset[str]
    values: dict[str, tuple[str, ...]]
    catching: frozenset[str]

    @classmethod
    def of(cls, schema: Json) -> _Variant:
        names: list[str] = list(schema["properties"])
        fixed = {name: tag_values(schema, name) for name in names}
        return cls(
            schema,
            frozenset(names),
            frozenset(schema.get("required", [])),
            {name: values for name, values in fixed.items() if values},
            frozenset(name for name in names if is_catch_all(schema, name)),
        )

    def kinship(self, tag: str | None) -> set[Hashable]:
        """What two variants that are nearly equal share one of."""
        if tag is None or tag not in self.values:
            return {(True, self.names), (False, self.required)}
        return {undated(value) for value in self.values[tag]}

    def is_near(self, other: _Variant, tag: str | None) -> bool:
        """Whether two variants that share a kinship are nearly equal."""
        if tag is None or tag not in self.values:
            nested = self.names <= other.names or other.names <= self.names
            return self.names == other.names or (self.required == other.required and nested)
        required, others = self.required - {tag}, other.required - {tag}
        return required <= others or others <= required


@define
class _Union:
    """The variants, and which of them may still be nearly equal to one after them in the order.

    ``kin`` are those that share something, in order; ``waiting`` those that are yet to be compared with all after them.
    """

    _variants: dict[Key, _Variant] = field(factory=dict[Key, _Variant])
    _age: int = 0
    _tag: str | None = None
    _kin: defaultdict[Hashable, list[Key]] = field(factory=lambda: defaultdict[Hashable, list[Key]](list))
    _waiting: list[Key] = field(factory=list[Key])
    _compared: set[Key] = field(factory=set[Key])
    _fixed: Counter[str] = field(factory=Counter[str])
    _catching: Counter[str] = field(factory=Counter[str])
    _required: Counter[str] = field(factory=Counter[str])

    def add(self, schema: Json) -> None:
        self._age += 1
        key, variant = (canonical_json(schema), self._age), _Variant.of(schema)
        self._variants[key] = variant
        self._fixed.update(variant.values.keys())
        self._catching.update(variant.catching)
        self._required.update(variant.required)
        self._enter(key)

    def remove(self, key: Key) -> Json:
        variant = self._variants.pop(key)
        self._fixed.subtract(variant.values.keys())
        self._catching.subtract(variant.catching)
        self._required.subtract(variant.required)
        for kinship in variant.kinship(self._tag):
            kin = self._kin[kinship]
            del kin[bisect_left(kin, key)]
        self._compared.discard(key)
        return variant.schema

    def in_order(self) -> list[Json]:
        return [self._variants[key].schema for key in sorted(self._variants)]

    def next_pair(self) -> tuple[Key, Key] | None:
        """The first two that are nearly equal, or None."""
        tag = self._find_tag()
        if tag != self._tag:
            self._begin(tag)
        while self._waiting:
            key = self._waiting[0]
            if key in self._variants:
                second = min(self._near(key), default=None)
                if second is not None:
                    return key, second
                self._compared.add(key)
            heappop(self._waiting)
        return None

    def _find_tag(self) -> str | None:
        """As `document.schemas.find_likely_tag`, from what is counted."""
        if len(self._variants) < 2:
            return None
        some = next(iter(self._variants.values()))
        for tag in sorted(some.names, key=tag_rank):
            fixed, catching = self._fixed[tag], self._catching[tag]
            if catching <= 1 and fixed and fixed + catching == len(self._variants) and self._required[tag]:
                return tag
        return likely_tag(self._fixed, self._catching, len(self._variants))

    def _begin(self, tag: str | None) -> None:
        """All over again with another tag."""
        self._tag = tag
        self._kin.clear()
        self._compared.clear()
        self._waiting.clear()
        for key in self._variants:
            self._enter(key)

    def _enter(self, key: Key) -> None:
        """Let a variant wait, and again those before it to which it is nearly equal."""
        variant = self._variants[key]
        for kinship in variant.kinship(self._tag):
            kin = self._kin[kinship]
            index = bisect_left(kin, key)
            for other in kin[:index]:
                if other in self._compared and variant.is_near(self._variants[other], self._tag):
                    self._compared.remove(other)
                    heappush(self._waiting, other)
            kin.insert(index, key)
        heappush(self._waiting, key)

    def _near(self, key: Key) -> Iterator[Key]:
        """Of each kinship, the first one after a variant that is nearly equal to it."""
        variant = self._variants[key]
        for kinship in variant.kinship(self._tag):
            kin = self._kin[kinship]
            for index in range(bisect_right(kin, key), len(kin)):
                if variant.is_near(self._variants[kin[index]], self._tag):
                    yield kin[index]
                    break
