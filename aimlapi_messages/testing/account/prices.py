"""Tokens and money: deterministic estimates of both, and the gateway's rule from tokens to credits.

A token is taken to be four characters, which is about right for English and needs no tokenizer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from ..document.json_values import as_list, as_object
from ..model.images import ImageInfo
from .models import Model

CHARACTERS_PER_TOKEN = 4
CREDITS_PER_USD = 2_000_000
_MOST_USD = 1_000_000_000
_TOKENS_PER_MESSAGE = 3
_PIXELS_PER_TOKEN = 750
_MAX_IMAGE_TOKENS = 1_600
# Keys whose values are bytes in base64, not text that a model reads.
_BYTES_KEYS = frozenset({"data", "file_data", "signature"})
_LABEL_KEYS = frozenset({"type", "role", "id", "tool_use_id", "tool_call_id", "media_type", "cache_control"})


@dataclass(frozen=True)
class Cost:
    """What one call cost, in the gateway's credits: whole, 2,000,000 to the US dollar."""

    credits: int

    @property
    def usd(self) -> float:
        """The same in US dollars."""
        return self.credits / CREDITS_PER_USD

    @property
    def usd_text(self) -> str:
        """The same in US dollars as the cost header writes it, with nine decimals."""
        return f"{Decimal(self.credits) / CREDITS_PER_USD:.9f}"


@dataclass(frozen=True)
class CacheUse:
    """The tokens of a request that were read from the cache, and those written to it for 5 minutes or for an hour.

    Their prices are Anthropic's parts of the price of input: a tenth, five quarters and the double.
    """

    read: int = 0
    written_5m: int = 0
    written_1h: int = 0

    @property
    def tokens(self) -> int:
        """All of them; they are not counted as input."""
        return self.read + self.written_5m + self.written_1h

    @property
    def weight(self) -> Decimal:
        """The tokens of input that cost as much."""
        return self.read * Decimal("0.1") + self.written_5m * Decimal("1.25") + self.written_1h * Decimal(2)


def cost_of(model: Model, input_tokens: int, output_tokens: int, cache: CacheUse | None = None) -> Cost:
    """The price of a call: tokens times price, rounded to the nearest credit."""
    paid = input_tokens + (cache.weight if cache else 0)
    usd = (paid * model.input_price + output_tokens * model.output_price) / 1_000_000
    return Cost(int((usd * CREDITS_PER_USD).quantize(Decimal(1), rounding=ROUND_HALF_UP)))


def credits_of(usd: Decimal | float) -> int:
    """An amount in US dollars as whole credits. Raises ValueError unless it is between 0 and a billion."""
    amount = Decimal(str(usd))
    if not amount.is_finite() or not 0 <= amount <= _MOST_USD:
        raise ValueError(f"the balance must be 0 or more, and at most {_MOST_USD:,} USD; it is {usd}")
    return int(amount * CREDITS_PER_USD)


def count_text(text: str) -> int:
    """The tokens of a text; none for an empty one."""
    return -(-len(text) // CHARACTERS_PER_TOKEN)


def count_image(image: ImageInfo) -> int:
    """The tokens of an image by its size."""
    return max(1, min(_MAX_IMAGE_TOKENS, image.width * image.height // _PIXELS_PER_TOKEN))


def count_request(body: dict[str, Any], images: Sequence[ImageInfo]) -> int:
    """The input tokens of a request: its texts, its tools and its images."""
    messages = as_list(body["messages"])
    texts = _count_value(messages) + _count_value(body.get("system"))
    tools = count_text(json.dumps(body["tools"])) if body.get("tools") else 0
    return texts + tools + sum(map(count_image, images)) + _TOKENS_PER_MESSAGE * len(messages)


def count_output(content: Sequence[dict[str, Any]]) -> int:
    """The output tokens of an answer's blocks, at least one."""
    return max(1, sum(_count_value(block) for block in content))


def _count_value(value: Any) -> int:
    """The tokens of every value below `value`, except labels and bytes."""
    if isinstance(value, str):
        return 0 if value.startswith("data:") else count_text(value)
    if isinstance(value, list):
        return sum(map(_count_value, as_list(value)))
    if isinstance(value, dict):
        members = as_object(value).items()
        return sum(_count_value(member) for name, member in members if name not in _BYTES_KEYS | _LABEL_KEYS)
    return 0 if value is None else 1
