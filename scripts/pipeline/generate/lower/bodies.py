"""How the body of a request is written: its media types, as `RequestBody` and `FormPart` of the runtime take them."""

from __future__ import annotations

from typing import cast

from attrs import frozen

from ...document.media import Form, form_of
from ...document.schemas import is_object
from ...document.tree import Json, is_list
from ..python_names import name_of_class
from .references import References, members_of
from .schemas import Schemas

__all__ = ["Bodies"]

#: The forms of a body, the one that is meant where nothing says which first, with what each is to the generator.
ORDER: tuple[Form, ...] = ("json", "lines", "form", "multipart", "text", "bytes", "range")
SHOWN = {
    "json": "application/json",
    "lines": "application/json",
    "range": "application/json",
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
}
BYTES = "application/octet-stream"


@frozen
class Bodies:
    """Lowers the bodies of one document."""

    references: References
    schemas: Schemas

    def of(self, content: Json) -> list[Json]:
        """Each media type of a body: what the generator is shown, its type in Python, and how it is written."""
        made: list[Json] = []
        for media_type in sorted(content, key=lambda one: (ORDER.index(form_of(one)), one)):
            form, schema = form_of(media_type), content[media_type].get("schema", {})
            shown = SHOWN.get(form, BYTES)
            if any(one["shown"].partition(";")[0] == shown for one in made):
                shown = f"{shown}; n={len(made)}"
            body: Json = {
                "media_type": media_type,
                "form": form,
                "shown": shown,
                "schema": self.schemas.lowered(schema) if form in SHOWN else {"type": "string", "format": "binary"},
                "annotation": {"text": "str | bytes", "bytes": "File | bytes"}.get(form, ""),
                "beside": self._beside(form, schema),
                "source": self._source(media_type, schema, content[media_type].get("encoding", {})),
            }
            if form == "lines":
                body["schema"] = {"type": "array", "items": self.schemas.lowered(schema)}
            made.append(body)
        return made

    def _source(self, media_type: str, schema: Json, encodings: Json) -> str:
        """The `RequestBody` of the runtime. Text from the document reaches it only through ``repr``."""
        form, name = form_of(media_type), self.references.class_of(schema)
        parts = [
            f"{member!r}: FormPart({', '.join(f'{key}={value!r}' for key, value in part.items())})"
            for member, part in self._parts(form, schema, encodings).items()
        ]
        arguments = [repr(media_type), repr(form)]
        arguments += [f"model={str(name_of_class(name))!r}"] if name else []
        arguments += [f"parts={{{', '.join(parts)}}}"] if parts else []
        return f"RequestBody({', '.join(arguments)})"

    def _beside(self, form: Form, schema: Json) -> str:
        """What else a body may be, in Python, beside what the generator makes of its schema."""
        has_members = is_object(self.references.resolve(schema))
        beside = ["Mapping[str, Any]"] if has_members and form in ("json", "form", "multipart", "range") else []
        return " | ".join([*beside, *(["str", "File", "bytes"] if form == "range" else [])])

    def _parts(self, form: Form, schema: Json, encodings: Json) -> dict[str, Json]:
        """The members of a form whose values do not tell how they are written."""
        if form not in ("form", "multipart"):
            return {}
        properties = cast("dict[str, Json]", self.references.resolve(schema).get("properties", {}))
        parts = {
            name: self._part(form, properties.get(name, {"type": "string"}), encodings.get(name, {}))
            for name in sorted(properties.keys() | encodings.keys())
        }
        return {name: part for name, part in parts.items() if part}

    def _part(self, form: Form, schema: Json, encoding: Json) -> Json:
        made: Json = {key: encoding[key] for key in ("style", "explode") if key in encoding}
        if encoding.get("allowReserved"):
            made["reserved"] = True
        schema = self.references.resolve(schema)
        if schema.get("type") == "array":
            schema = self.references.resolve(schema.get("items", {}))
        content_type = encoding.get("contentType") or (_default(schema) if form == "multipart" else "")
        if content_type and "style" not in made:
            made["content_type"] = content_type
        if schema.get("contentEncoding") in ("base64", "base64url"):
            made["encoding"] = schema["contentEncoding"]
        headers = {name: header["schema"]["const"] for name, header in encoding.get("headers", {}).items()}
        return {**made, **({"headers": headers} if headers else {})}


def _default(schema: Json) -> str:
    """The media type of a member of a form that its value does not tell; an empty text for one that it tells.

    See https://spec.openapis.org/oas/v3.1.2#encoding-object, the table of defaults.
    """
    kind = schema.get("type")
    kinds = cast("list[str]", kind) if is_list(kind) else [kind]
    if "string" in kinds and (schema.get("format") == "binary" or "contentEncoding" in schema):
        return BYTES
    untyped = kind is None and not is_object(schema) and not members_of(schema) and not {"enum", "const"} & set(schema)
    return BYTES if untyped else ""
