"""A bot with fifty conversations at the same time, each streamed, on one client."""

import asyncio
from collections import defaultdict

from aimlapi_messages import AIMLAPIError, AsyncAIMLAPI
from aimlapi_messages.types import MessageParam

histories: dict[str, list[MessageParam]] = defaultdict(list)


async def answer(client: AsyncAIMLAPI, user: str, said: str) -> str:
    """Answer a user. A turn that fails is not kept, so that the next one can follow."""
    history = histories[user]
    turn: MessageParam = {"role": "user", "content": said}
    try:
        async with client.messages.stream(
            model="anthropic/claude-sonnet-5", system="You are brief.", messages=[*history, turn], max_tokens=300
        ) as stream:
            async for _text in stream.text_stream:
                pass  # send it to the user as it comes
            message = await stream.get_final_message()
    except AIMLAPIError as error:
        return f"Sorry, {user}: {error}"
    history += [turn, message.to_param()]
    return message.text


async def main() -> None:
    users = [f"user-{number}" for number in range(50)]
    async with AsyncAIMLAPI(budget_usd=1, idle_timeout=30) as client:
        for said in ["Hello!", "What did I say first?"]:
            answers = await asyncio.gather(*(answer(client, user, said) for user in users))
        print(users[7], "was told:", answers[7])
        print(f"{len(histories)} conversations, {client.spent} USD")


asyncio.run(main())
