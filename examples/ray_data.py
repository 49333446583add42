"""A column of prompts on Ray Data: two workers, a budget for both, and a journal that outlives them."""

from pathlib import Path

import ray

from aimlapi_messages import MessagesWorker

PROMPTS = [{"custom_id": f"square-{number}", "prompt": f"What is {number} squared?"} for number in range(100)]

ray.init(address="local", num_cpus=4)  # on a cluster: ray.init()
answers = ray.data.from_items(PROMPTS).map_batches(
    MessagesWorker,
    compute=ray.data.ActorPoolStrategy(size=2),
    batch_size=64,
    batch_format="pyarrow",
    fn_constructor_kwargs={
        "model": "anthropic/claude-sonnet-5",
        "max_tokens": 200,
        "workers": 2,
        "in_flight": 128,
        "budget_usd": "0.50",
        "journal": str(Path("journal").absolute()),  # a folder that all machines see
    },
)
answers.write_parquet("answers")

done = ray.data.read_parquet("answers").to_pandas()
print(f"{len(done)} rows, {(done.error != '').sum()} of them failed; they cost {done.usd.sum():.6f} USD.")
