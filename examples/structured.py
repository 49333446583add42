"""An answer as a dataclass, and partial values while it streams."""

from dataclasses import dataclass
from typing import Annotated, Literal

from aimlapi_messages import AIMLAPI


@dataclass
class Review:
    """What a customer thinks of a product."""

    product: str
    mood: Literal["happy", "neutral", "angry"]
    stars: Annotated[int, "From 1 to 5"]
    wishes: list[str]


client = AIMLAPI()
letter = "The kettle is lovely, but the lid is loose and the cord is short."
review = client.messages.parse(model="anthropic/claude-sonnet-5", messages=f"Read this: {letter}", output=Review)
print(review.product, review.mood, review.stars, review.wishes)

with client.messages.stream_output(
    model="anthropic/claude-sonnet-5", messages=f"Read this: {letter}", output=Review
) as stream:
    for partial in stream:
        print(partial)
    print(stream.get_final_output())
