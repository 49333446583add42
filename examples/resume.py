"""Many prompts, with resume and a budget: a second run does what the first left."""

import asyncio
import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from aimlapi_messages import AIMLAPIError, AsyncAIMLAPI

JOURNAL = Path("answers.jsonl")
PROMPTS = {f"square-{number}": f"What is {number} squared?" for number in range(20)}


async def main() -> None:
    lines: list[dict[str, str]] = []
    for line in JOURNAL.read_text().split("\n") if JOURNAL.exists() else []:
        with suppress(ValueError):  # a line that a kill cut off
            lines.append(json.loads(line))
    done = {line["id"] for line in lines if "text" in line}
    left = Decimal("0.50") - sum(Decimal(line["usd"]) for line in lines)
    slots = asyncio.Semaphore(8)  # in flight at the same time

    async def ask(name: str) -> None:
        try:
            async with slots:
                answer = await client.messages.create(model="anthropic/claude-sonnet-5", messages=PROMPTS[name])
            result, cost = {"text": answer.text}, answer.cost
        except AIMLAPIError as error:
            result, cost = {"error": str(error)}, error.cost
        journal.write("\n" + json.dumps({"id": name, "usd": str(cost.usd if cost else 0), **result}))

    async with AsyncAIMLAPI(budget_usd=max(left, Decimal())) as client:
        with JOURNAL.open("a", buffering=1) as journal:  # writes each line at once
            await asyncio.gather(*map(ask, sorted(PROMPTS.keys() - done)))
        print(f"{len(done)} were done before; now {client.spent} USD were spent.")


asyncio.run(main())
