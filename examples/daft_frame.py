"""A column of prompts on Daft: Parquet out, a budget, and a journal. On Ray, with `daft.set_runner_ray()`."""

from pathlib import Path

import daft

from aimlapi_messages import MessagesWorker

PROMPTS = {
    "custom_id": [f"square-{number}" for number in range(100)],
    "prompt": [f"What is {number} squared?" for number in range(100)],
}

worker = daft.cls(MessagesWorker, max_concurrency=64)(
    model="anthropic/claude-sonnet-5",
    max_tokens=200,
    in_flight=64,
    budget_usd="0.50",
    journal=str(Path("journal").absolute()),  # a folder that all machines see
)
frame = daft.from_pydict(PROMPTS)
answers = frame.select("prompt", worker.ask(frame["prompt"], frame["custom_id"]).unnest())
answers.write_parquet("answers")

done = daft.read_parquet("answers").to_pydict()
failed = sum(error != "" for error in done["error"])
print(f"{len(done['text'])} rows, {failed} of them failed; they cost {sum(done['usd']):.6f} USD.")
