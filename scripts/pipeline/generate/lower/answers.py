"""How the successes of an operation are read: by their media types, and what is asked for."""

from __future__ import annotations

from attrs import frozen

from ...document.media import form_of, is_json
from ...document.schemas import is_object
from ...document.tree import Json
from .keywords import DECODER, LINE_DECODER
from .references import References, members_of
from .schemas import Schemas, union_of

__all__ = ["Answers"]

STREAM = "text/event-stream"
#: What an answer that is not JSON is to the generator.
SHOWN: dict[str, tuple[str, Json]] = {
    "text": ("text/plain", {"type": "string"}),
    "bytes": ("application/octet-stream", {"type": "string", "format": "binary"}),
}


@frozen
class Answers:
    """Lowers the answers of one document."""

    references: References
    schemas: Schemas

    def success(self, responses: Json) -> Json:
        """The first success that has content, which stands for every 2xx, and how its media types are read.

        Without any success, the default is one.
        """
        for status in _successes(responses):
            content = responses[status].get("content", {})
            if content:
                return self._success(content)
        return {"description": "", "media": "", "others": {}}

    def accept(self, responses: Json) -> str:
        """What to ask for: JSON first, and everything else that a success may be and that can be read."""
        offered: dict[str, bool] = {}
        for status in _successes(responses):
            content: Json = responses[status].get("content", {})
            read = self._readable(content)
            offered |= {media_type: form_of(media_type) == "lines" for media_type in read if media_type != STREAM}
        kinds = sorted(offered, key=lambda one: (not offered[one], one))
        if len(kinds) > 1:
            return ", ".join([kinds[0], *(f"{kind};q=0.9" for kind in kinds[1:]), "*/*;q=0.1"])
        streams = any(STREAM in responses[status].get("content", {}) for status in _successes(responses))
        return kinds[0] if kinds else STREAM if streams else "*/*"

    def _success(self, content: Json) -> Json:
        read = self._readable(content)
        media = next(kind for kind in ("json", "text", "bytes") if kind in read.values())
        others = {
            media_type.partition(";")[0].strip().lower(): kind
            for media_type, kind in read.items()
            if kind != media and "*" not in media_type
        }
        made: Json = {"description": "", "media": media, "others": others}
        plain = [SHOWN[kind][1] for kind in ("text", "bytes") if kind == media or kind in others.values()]
        if media != "json":
            return {**made, "content": {SHOWN[media][0]: {"schema": union_of(plain)}}}
        first = min((one for one, kind in read.items() if kind == "json"), key=lambda one: (not is_json(one), one))
        schema = content[first].get("schema", {})
        lowered = [self.schemas.lowered(schema)]
        decoder = self.schemas.decoders.decoder(schema)
        extra = {DECODER: decoder} if decoder else {}
        for media_type in content:
            if form_of(media_type) == "lines":
                line = content[media_type]["schema"]
                extra[LINE_DECODER] = self.schemas.decoders.decoder(line)
                lowered.append({"type": "array", "items": self.schemas.lowered(line)})
        return {**made, "content": {"application/json": {"schema": union_of([*lowered, *plain])}}, **extra}

    def _readable(self, content: Json) -> dict[str, str]:
        """How each media type of an answer is read: as "json", "text" or "bytes".

        Beside JSON, streams are left to their reader, an object as text is JSON (so ASP.NET tells it), and one in
        another language, such as XML, is the same again and is not asked for.
        """
        read = {media_type: self._media(media_type, media.get("schema", {})) for media_type, media in content.items()}
        if "json" not in read.values():
            return {media_type: "bytes" if kind == "lines" else kind for media_type, kind in read.items()}
        made: dict[str, str] = {}
        for media_type, kind in read.items():
            compound = self._is_compound(content[media_type].get("schema", {}))
            if kind in ("json", "lines") or (compound and media_type.lower().startswith("text/plain")):
                made[media_type] = "json"
            elif media_type != STREAM and not compound:
                made[media_type] = kind
        return made

    def _media(self, media_type: str, schema: Json) -> str:
        form, kind = form_of(media_type), media_type.partition("/")[0].strip().lower()
        if form == "range" and kind in ("*", "application"):
            schema = self.references.resolve(schema)
            return "json" if self._is_compound(schema) else "text" if _is_text(schema) else "bytes"
        if form in ("json", "lines"):
            return form
        return "text" if kind == "text" else "bytes"

    def _is_compound(self, schema: Json) -> bool:
        """Whether a schema is of a list or an object."""
        schema = self.references.resolve(schema)
        if members_of(schema):
            return any(self._is_compound(member) for member in members_of(schema))
        return is_object(schema) or schema.get("type") in ("object", "array")


def _successes(responses: Json) -> list[str]:
    return [status for status in sorted(responses) if status.startswith("2")] or [
        status for status in responses if status == "default"
    ]


def _is_text(schema: Json) -> bool:
    return schema.get("type") == "string" and schema.get("format") != "binary"
