"""The model's thinking, sent back in the conversation."""

from aimlapi_messages import AIMLAPI
from aimlapi_messages.types import MessageParam, ThinkingConfigParam

client = AIMLAPI()
thinking: ThinkingConfigParam = {"type": "adaptive"}
conversation: list[MessageParam] = [{"role": "user", "content": "Is 1,000,003 a prime number?"}]
with client.messages.stream(
    model="anthropic/claude-sonnet-5", messages=conversation, max_tokens=4096, thinking=thinking
) as stream:
    for event in stream:
        if event.type == "thinking":
            print(event.thinking, end="", flush=True)
        elif event.type == "text":
            print(event.text, end="", flush=True)
    answer = stream.get_final_message()
# The thinking is sent back with its signature, so that the model can build on it.
conversation.extend([answer.to_param(), {"role": "user", "content": "And 1,000,033?"}])
answer = client.messages.create(
    model="anthropic/claude-sonnet-5", messages=conversation, max_tokens=4096, thinking=thinking
)
print(f"\n\n{answer.text}")
