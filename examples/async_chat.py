"""Several questions concurrently."""

import asyncio

from aimlapi_messages import AsyncAIMLAPI


async def main() -> None:
    async with AsyncAIMLAPI() as client:

        async def ask(question: str) -> str:
            answer = await client.messages.create(model="anthropic/claude-sonnet-5", messages=question)
            return f"> {question}\n{answer.text}\n"

        for text in await asyncio.gather(*map(ask, ["What is a quark?", "What is a gluon?", "What is a lepton?"])):
            print(text)


asyncio.run(main())
