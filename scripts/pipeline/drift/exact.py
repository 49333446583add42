"""The exact form of `upstream.yaml`: each operation as it was before what differs by model was united. Pure."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from ..document.tree import Json, is_list
from ..naming.variants import VARIANTS

__all__ = ["MODELS", "exact_form"]

#: The key of a media type for the variants of a request by their models.
MODELS = "x-models"


def exact_form(document: Json) -> Json:
    """An upstream document with what `naming.variants` recorded in the places where it was said."""
    recorded = cast("Json", document.get(VARIANTS, {}))
    exact: Json = {
        "paths": deepcopy(document["paths"]),
        "components": {"schemas": {**document.get("components", {}).get("schemas", {}), **recorded.get("schemas", {})}},
    }
    for item in cast("dict[str, dict[str, Json]]", exact["paths"]).values():
        for operation in item.values():
            _restore(operation, recorded.get("operations", {}).get(operation.get("operationId"), {}))
    return exact


def _restore(operation: Json, said: Json) -> None:
    for parameter in cast("list[Json]", operation.get("parameters", [])):
        where = f"{parameter['in']}:{parameter['name']}"
        parameter["schema"] = said.get("parameters", {}).get(where, parameter["schema"])
    for media, schema in cast("Json", said.get("requestBody", {})).items():
        _replace(operation["requestBody"]["content"][media], schema)
    for status, content in cast("dict[str, Json]", said.get("responses", {})).items():
        for media, schema in content.items():
            _replace(operation["responses"][status]["content"][media], schema)


def _replace(media: Json, said: Any) -> None:
    media[MODELS if is_list(said) else "schema"] = said
