"""Prompt caching: a long prompt is charged in full only once."""

from aimlapi_messages import AIMLAPI, text

MANUAL = "Press the red button to start. Press the blue button to stop. " * 200

client = AIMLAPI()
for question in ["How do I start it?", "How do I stop it?"]:
    answer = client.messages.create(
        model="anthropic/claude-sonnet-5",
        system=[text(MANUAL, cache_control=True)],
        messages=question,
    )
    usage = answer.usage
    print(answer.text)
    print(f"read from the cache: {usage.cache_read_input_tokens}, written to it: {usage.cache_creation_input_tokens}")
