"""A batch at half the price: create it, wait, and read what became of each request."""

from aimlapi_messages import AIMLAPI, BatchProgress, BatchRequest


def request(word: str) -> BatchRequest:
    return {
        "custom_id": word,
        "params": {"model": "anthropic/claude-sonnet-5", "max_tokens": 200, "messages": f"A haiku about a {word}."},
    }


def report(progress: BatchProgress) -> None:
    """Called each time that the gateway was asked."""
    if progress.batch:
        print(f"after {progress.seconds:.0f} s: {progress.batch.processing_status}")


client = AIMLAPI()
batch = client.messages.batches.create(requests=[request(word) for word in ("river", "stone", "cloud")])
print("created", batch.id)  # write it down: with the id any program can go on from here

client.messages.batches.wait(batch.id, first_pause=0.1, progress=report)
for result in client.messages.batches.results(batch.id):
    print(f"{result.custom_id}: {result.message.text if result.message else result.result.type}")
