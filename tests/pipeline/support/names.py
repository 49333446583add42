"""What every name of a built document has to be like."""

from __future__ import annotations

import json
import re

from .documents import Json

POSITION = re.compile(r"(Type|Item|Variant|Option|AnyOf|OneOf|Member|Schema|Inline|Body|Response)_?\d|_\d")


def check_names(upstream: Json) -> None:
    """No name is long, and none has a position or a number that the document itself does not give."""
    names = upstream["components"]["schemas"]
    given = set(re.findall(r"\d+", json.dumps([upstream["paths"], list(names.values())])))
    assert [name for name in names if POSITION.search(name)] == []
    assert [name for name in names if set(re.findall(r"\d+$", name)) - given] == []
    assert [name for name in names if len(name) > 60] == []
    assert [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)] == []
