"""A conversation as a plain list, and what it cost."""

from aimlapi_messages import AIMLAPI
from aimlapi_messages.types import MessageParam

client = AIMLAPI()
conversation: list[MessageParam] = []
for question in ["Which is the largest planet?", "How many moons has it?"]:
    conversation.append({"role": "user", "content": question})
    answer = client.messages.create(model="anthropic/claude-sonnet-5", messages=conversation)
    conversation.append(answer.to_param())
    print(f"> {question}\n{answer.text}\n")
print(f"spent: {client.spent} USD")
