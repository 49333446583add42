"""How values travel: what a document says of it, without what has no meaning, which is named in the log.

What OpenAPI 3.1 leaves undefined is kept and named, with what the client makes of it; see `generate/runtime/wire.py`.
"""

from __future__ import annotations

import re
from typing import Any

from ..document.media import CONTENT, form_of
from ..document.tree import Json, is_list, is_mapping, mapping, sequence
from .repair_log import Repairs, Steps

__all__ = ["body_form", "parameter_form"]

#: The styles of each place, the default first, see https://spec.openapis.org/oas/v3.1.2#style-values.
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
DELIMITED = ("spaceDelimited", "pipeDelimited")
#: Headers that are no parameters, whatever a document says, see https://spec.openapis.org/oas/v3.1.2#parameter-name.
OWN_HEADERS = {"accept", "content-type", "authorization"}
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def parameter_form(parameter: Json, schema: Json, steps: Steps, log: Repairs) -> Json | None:
    """The members of a parameter that say how it is written; None for one that is not sent."""
    name, place = str(parameter["name"]), str(parameter["in"])
    if place == "header" and name.lower() in OWN_HEADERS:
        log.add(steps, f"the client sets {name} itself; left out")
        return None
    if place == "header" and not TOKEN.fullmatch(name):
        log.add(steps, "no header can have this name; left out")
        return None
    content = list(mapping(parameter.get("content")))
    if content and "schema" not in parameter:
        return _content(content, schema, steps, log)
    if content:
        log.add((*steps, "content"), "beside a schema, which says how the value is written; left out")
    made = _styled(parameter, schema, STYLES[place], steps, log)
    for key in ("allowReserved", "allowEmptyValue"):
        if parameter.get(key) is True:
            if place == "query":
                made[key] = True
            else:
                log.add((*steps, key), f"has no meaning outside of a query; left out of a {place}")
    return made


def _content(media_types: list[str], schema: Json, steps: Steps, log: Repairs) -> Json:
    made = min(media_types, key=lambda one: (form_of(one) != "json", one))
    where = (*steps, "content")
    if len(media_types) > 1:
        log.add(where, f"a parameter has one media type; written as {made}")
    form = form_of(made)
    if form not in ("json", "text") or (form == "text" and _kinds(schema) & {"array", "object"}):
        log.add((*where, made), "nothing here writes this media type; the value is sent as the text that is given")
    return {CONTENT: made}


def _styled(holder: Json, schema: Json, styles: tuple[str, ...], steps: Steps, log: Repairs) -> Json:
    """`style` and `explode` of a parameter, or of a member of a form."""
    made: Json = {}
    style = holder.get("style", styles[0])
    if style not in styles:
        log.add((*steps, "style"), f"{style!r} is no style for this place; written as {styles[0]}")
        style = styles[0]
    elif "style" in holder:
        made["style"] = style
    explode = holder.get("explode")
    if isinstance(explode, bool):
        made["explode"] = explode
    elif explode is not None:
        log.add((*steps, "explode"), "not a flag; dropped")
    kinds = _kinds(schema)
    if style in DELIMITED and explode is True:
        log.add((*steps, "explode"), f"{style} has no form that explodes; the name is repeated, as in form")
    if style in DELIMITED and kinds and not kinds & {"array", "object"}:
        log.add((*steps, "style"), f"{style} has no form for a single value; written as form")
    if style == "deepObject" and explode is False:
        log.add((*steps, "explode"), "deepObject has no form that does not explode; written as if it did")
    if style == "deepObject" and kinds and kinds != {"object"}:
        log.add((*steps, "style"), "deepObject has a form for objects only; a list repeats the name, as in form")
    nested = "name[outer][inner], a list by repeating its name" if style == "deepObject" else "JSON"
    for inner in _inner(schema):
        if _kinds(mapping(_at(schema, inner))) & {"array", "object"}:
            log.add((*steps, "schema", *inner), f"{style} has no form for what is nested; written as {nested}")
    return made


def body_form(media_type: str, media: Json, schema: Json, steps: Steps, log: Repairs) -> Json:
    """The `encoding` of the members of a form; names in the log what of a body has no form."""
    form, kinds, encodings = form_of(media_type), _kinds(schema), mapping(media.get("encoding"))
    if not re.fullmatch(r"[^\s/]+/[^\s/;]+\s*(;.*)?", media_type):
        log.add(steps, "no media type; the bytes are sent with it as they are")
    elif form == "range":
        log.add(steps, "a range of media types; the caller says which")
    elif form in ("text", "bytes") and kinds & {"array", "object"}:
        log.add(steps, f"nothing here writes {media_type}; the caller gives the text or the bytes")
    elif form == "multipart" and not media_type.lower().startswith("multipart/form-data"):
        log.add(steps, "parts are named as in multipart/form-data")
    if form not in ("form", "multipart"):
        if encodings:
            log.add((*steps, "encoding"), "has a meaning in forms only; left out")
        return {}
    if kinds and kinds != {"object"}:
        log.add(steps, "a form of what is no object; only an object can be sent")
    properties = mapping(schema.get("properties"))
    for name, part in properties.items():
        items = mapping(mapping(part).get("items"))
        if "array" in _kinds(items):
            log.add((*steps, "schema", "properties", name, "items"), "a list in a list has no form; written as JSON")
    made: Json = {}
    for name, encoding in encodings.items():
        where = (*steps, "encoding", name)
        if not is_mapping(encoding) or (properties and name not in properties):
            log.add(where, "not a member of the form; left out")
            continue
        kept = _encoding(encoding, mapping(properties.get(name)), media_type, where, log)
        if kept:
            made[name] = kept
    return made


def _encoding(encoding: Json, schema: Json, media_type: str, steps: Steps, log: Repairs) -> Json:
    made: Json = {}
    form, flags = form_of(media_type), [key for key in ("style", "explode", "allowReserved") if key in encoding]
    if flags and form == "multipart" and not media_type.lower().startswith("multipart/form-data"):
        log.add((*steps, flags[0]), f"has no meaning in {media_type}; left out")
    elif flags:
        made |= {"style": "form"} | _styled(encoding, schema, STYLES["query"], steps, log)
        if encoding.get("allowReserved") is True:
            if form == "form":
                made["allowReserved"] = True
            else:
                log.add((*steps, "allowReserved"), f"has no meaning in {media_type}; left out")
    content_type = encoding.get("contentType")
    if isinstance(content_type, str) and not made:
        made["contentType"] = content_type
        names = [one.strip() for one in content_type.split(",")]
        compound = _kinds(schema) & {"object"} or _kinds(mapping(schema.get("items"))) & {"object"}
        if compound and form_of(names[0]) not in ("json", "range"):
            how = "written as JSON" if names[0].startswith("text/plain") else "the caller gives the text"
            log.add((*steps, "contentType"), f"nothing here writes an object as {names[0]}; {how}")
    elif content_type is not None:
        log.add((*steps, "contentType"), "has no meaning beside a style; left out")
    headers = mapping(encoding.get("headers"))
    if headers and form != "multipart":
        log.add((*steps, "headers"), f"has no meaning in {media_type}; left out")
        return made
    fixed: Json = {}
    for name in sorted(headers.keys() - {"Content-Type", "content-type"}):
        value = _only_value(mapping(mapping(headers[name]).get("schema")))
        if value is None:
            log.add((*steps, "headers", name), "its value is not in the document; the caller gives it in File.headers")
        else:
            fixed[name] = {"schema": {"type": "string", "const": value}}
    return {**made, "headers": fixed} if fixed else made


def _only_value(schema: Json) -> str | None:
    """The text that a schema has as its only value, or as the one that is meant where none is given."""
    values: Any = [schema["const"]] if "const" in schema else schema.get("enum")
    if not is_list(values) or len(values) != 1:
        values = [schema.get("default")]
    value = values[0]
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else None


def _kinds(schema: Json) -> set[str]:
    """What a value may be: "array", "object" or "scalar"; nothing is known of an empty schema."""
    members = [*sequence(schema.get("anyOf")), *sequence(schema.get("oneOf"))]
    if members:
        return set[str]().union(*(_kinds(member) for member in members if is_mapping(member)))
    declared = schema.get("type")
    kinds: list[Any] = declared if is_list(declared) else [declared] if declared else []
    if not kinds and ("properties" in schema or "additionalProperties" in schema):
        kinds = ["object"]
    if not kinds and ("enum" in schema or "const" in schema):
        kinds = ["string"]
    return {kind if kind in ("array", "object") else "scalar" for kind in kinds if kind != "null"}


def _inner(schema: Json) -> list[Steps]:
    """Where the members of a list or an object stand in its schema."""
    found: list[Steps] = [("items",)] if "items" in schema else []
    found += [("properties", name) for name in mapping(schema.get("properties"))]
    if is_mapping(schema.get("additionalProperties")):
        found.append(("additionalProperties",))
    return found


def _at(schema: Json, steps: Steps) -> Any:
    found: Any = schema
    for step in steps:
        found = mapping(found).get(str(step))
    return found
