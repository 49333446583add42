"""Random instances of a JSON Schema, from a seed: what a server or a user might send, strange texts included."""

from __future__ import annotations

import random
from typing import Any

Json = dict[str, Any]
TEXTS = ("", "plain", "ü ☃ 漢字 🎈", 'quo"te\\back\nline', "null", "2026-09-01T00:00:00Z", " ")
#: A schema may refer to itself; below this depth only what is required is made.
DEEP = 12


class Instances:
    """Makes instances of the schemas of one document."""

    def __init__(self, document: Json, seed: int) -> None:
        self._document = document
        self._random = random.Random(seed)

    def of(self, schema: Json, depth: int = 0) -> Any:
        """One random instance of ``schema``."""
        schema = self._resolve(schema)
        choose = self._random.choice
        if schema.get("nullable") and self._random.random() < 0.1:
            return None
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return self.of(choose(schema[union]), depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return choose(schema["enum"])
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = choose(kind)
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            least = schema.get("minItems", 0)
            most = min(schema.get("maxItems", 3), least + (0 if depth > DEEP else 2))
            return [self.of(schema.get("items", {}), depth + 1) for _ in range(self._random.randint(least, most))]
        return self._scalar(kind, schema)

    def _object(self, schema: Json, depth: int) -> Json:
        made: Json = {}
        required = set(schema.get("required", ()))
        properties = schema.get("properties", {})
        for name in sorted(properties, key=lambda _: self._random.random()):
            if name in required or (depth <= DEEP and self._random.random() < 0.5):
                made[name] = self.of(properties[name], depth + 1)
        extra = schema.get("additionalProperties", True)
        if extra is not False and self._random.random() < 0.3:
            made["x-unknown-field"] = self.of(extra if isinstance(extra, dict) else {}, depth + 1)
        return made

    def _scalar(self, kind: str | None, schema: Json) -> Any:
        match kind:
            case "string" if schema.get("format") == "date-time":
                return self._random.choice(("2026-05-04T17:27:37.468424+00:00", "2026-05-04T17:27:37Z"))
            case "string" if schema.get("format") == "date":
                return "2026-05-04"
            case "string" if schema.get("format") == "decimal":
                return self._random.choice(("0.10", "12", "1e-7"))
            case "string" if schema.get("format") == "password":
                return "sk-abcdef123456"
            case "string":
                text = self._random.choice(TEXTS)
                return text + "x" * max(0, schema.get("minLength", 0) - len(text))
            case "integer":
                return self._random.randint(int(schema.get("minimum", -5)), int(schema.get("maximum", 10**12)))
            case "number":
                low, high = schema.get("minimum", 0), schema.get("maximum", 1000)
                return self._random.choice((low, high, round(self._random.uniform(low, high), 6)))
            case "boolean":
                return self._random.random() < 0.5
            case "null":
                return None
            case _:
                return self._random.choice((None, True, 3, 2.5, "any", ["a", {"b": None}], {"deep": {"er": [1]}}))

    def _resolve(self, schema: Json) -> Json:
        while "$ref" in schema:
            node: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                node = node[step.replace("~1", "/").replace("~0", "~")]
            schema = node
        return schema
