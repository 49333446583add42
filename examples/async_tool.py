"""Coroutines as tools: the calls of one answer run at the same time."""

import asyncio

from aimlapi_messages import AsyncAIMLAPI, ToolError


async def weather(city: str) -> dict[str, int]:
    """The weather in a city: degrees Celsius, and per cent of rain."""
    await asyncio.sleep(0.1)
    return {"temperature": 18, "rain": 40}


async def trains(city: str, hour: int = 9) -> list[str]:
    """The next trains to a city."""
    await asyncio.sleep(0.1)
    if not 0 <= hour < 24:
        raise ToolError("The hour must be from 0 to 23.")
    return [f"{hour}:15 to {city}", f"{hour}:45 to {city}"]


async def main() -> None:
    async with AsyncAIMLAPI() as client:
        run = client.messages.tool_runner(
            model="anthropic/claude-sonnet-5",
            messages="Should I take the train to Ghent tomorrow?",
            tools=[weather, trains],
            tool_timeout=10,
        )
        async for message in run:
            print([f"{use.name}({use.input})" for use in message.tool_uses] or message.text)


asyncio.run(main())
