"""From a valid body to a finished answer with its tokens and its price, alone or in a batch."""

from __future__ import annotations

from typing import Any

from ..account.models import Model, upstream_id
from ..account.prices import cost_of, count_request
from ..faults.errors import invalid_request
from .answers import answer, make_id
from .completion import Completion
from .media import read_media
from .request import read_request
from .tokens import PromptCache


def complete(
    body: dict[str, Any], model: Model, seed: str, created: int, cache: PromptCache, wrong_calls: int = 0
) -> Completion:
    """Answer a body that was found valid; ids follow from the seed. `created` is in seconds since 1970.

    Raises GatewayError 400 for media that cannot be read, and for tools that no input can be made for.
    """
    media, issues = read_media(body["messages"])
    if issues:
        raise invalid_request(issues)
    reply = answer(read_request(body, media), wrong_calls=wrong_calls)
    used = cache.use(body)
    input_tokens = count_request(body, [one.image for one in media if one.image]) - used.tokens
    return Completion(
        id=make_id("msg_01", f"message:{seed}"),
        model=upstream_id(body["model"]),
        answer=reply,
        input_tokens=input_tokens,
        output_tokens=reply.output_tokens,
        cache=used,
        cost=cost_of(model, input_tokens, reply.output_tokens, used),
        created=created,
    )
