"""Several streams at the same time, each printed when it has come."""

import asyncio

from aimlapi_messages import AsyncAIMLAPI


async def tell(client: AsyncAIMLAPI, animal: str) -> str:
    """A story, and how many pieces it came in."""
    pieces: list[str] = []
    async with client.messages.stream(
        model="anthropic/claude-sonnet-5", messages=f"Tell me a very short story about a {animal}."
    ) as stream:
        async for text in stream.text_stream:
            pieces.append(text)
    message = await stream.get_final_message()
    return f"{animal}: {message.text} ({len(pieces)} pieces, {message.cost})"


async def main() -> None:
    async with AsyncAIMLAPI() as client:
        for story in asyncio.as_completed([tell(client, animal) for animal in ("fox", "heron", "mole")]):
            print(await story)


asyncio.run(main())
