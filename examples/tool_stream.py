"""Streaming each turn of a tool runner."""

from aimlapi_messages import AIMLAPI


def get_time(zone: str) -> str:
    """The time in a time zone."""
    return f"It is 10:15 in {zone}."


client = AIMLAPI()
runner = client.messages.tool_runner(
    model="anthropic/claude-sonnet-5", messages="What time is it in Tokyo?", tools=[get_time], stream=True
)
for stream in runner:
    for event in stream:
        if event.type == "text":
            print(event.text, end="", flush=True)
        elif event.type == "content_block_stop" and event.content_block.type == "tool_use":
            print(f"\n[{event.content_block.name} {event.content_block.input}]")
print()
