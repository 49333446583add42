"""Many prompts into a file, with a budget: a second run does what the first left, and asks again what failed."""

from aimlapi_messages import AIMLAPI, read_results

PROMPTS = [
    {"custom_id": f"square-{number}", "params": {"messages": f"What is {number} squared?"}} for number in range(20)
]

with AIMLAPI() as client:
    report = client.messages.run(
        PROMPTS,
        "answers.jsonl",
        model="anthropic/claude-sonnet-5",
        max_tokens=200,
        in_flight=8,
        budget_usd="0.50",
        retry_failed=True,
    )
print(f"{report.skipped} were done before; {report.succeeded} are answered, {report.failed} failed; {report.usd} USD.")
for result in read_results("answers.jsonl"):
    if result.message:
        print(result.custom_id, result.message.text)
