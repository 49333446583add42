"""The guard on keywords: what is new, where it stands, and what the pipeline makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.pipeline.normalize.keywords import new_keywords

from ..support.documents import ORDERS, Json, built, document, operation, record, text

KNOWN = ("type", "properties")
AT = "/paths/~1v1~1orders/post/requestBody/content/application~1json/schema/properties/a"
#: A schema, and what is said of it.
SCHEMAS: dict[str, tuple[Json, list[str]]] = {
    "of the client": (
        {"type": "string", "format": "uuid"},
        [f"format at {AT}: kept in the documents, and the client is made of it"],
    ),
    "of the emulator": (
        {"type": "string", "pattern": "^a"},
        [f"pattern at {AT}: kept in the documents, which the emulator checks requests by; the client ignores it"],
    ),
    "in another form": ({"type": "string", "nullable": True}, [f"nullable at {AT}: read as the type null"]),
    "left out": (
        {"type": "object", "patternProperties": {"^x": text()}},
        [f"patternProperties at {AT}: ignored: left out of the documents and of the client; only `drift` looks at it"],
    ),
    "in several places": (
        record(x={"type": "string", "pattern": "a"}, y={"type": "string", "pattern": "b"}),
        [
            f"pattern at {AT}/properties/x and 1 more place: "
            "kept in the documents, which the emulator checks requests by; the client ignores it"
        ],
    ),
    "in a union": (
        {"oneOf": [text(), {"type": "integer", "minimum": 1}]},
        [
            f"minimum at {AT}/oneOf/1: "
            "kept in the documents, which the emulator checks requests by; the client ignores it",
            f"oneOf at {AT}: read as anyOf, and its variants are types of the client",
        ],
    ),
    "in a part of a whole": (
        {"allOf": [text(), {"minLength": 1}]},
        [
            f"allOf at {AT}: read as one schema that says it all",
            f"minLength at {AT}: kept in the documents, which the emulator checks requests by; the client ignores it",
        ],
    ),
    "prose": ({"type": "string", "description": "An id", "x-note": 1}, []),
}


@pytest.mark.parametrize(("schema", "said"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_new_keyword_is_told_with_its_place_and_its_treatment(tmp_path: Path, schema: Json, said: list[str]) -> None:
    """Enough to decide whether it is right, without reading the document."""
    read = built(tmp_path, document({ORDERS: {"post": operation(body=record(a=schema))}})).read
    assert new_keywords(read.keywords, KNOWN) == said
