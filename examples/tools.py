"""Functions as tools, called until the model is done."""

from typing import Annotated, Literal

from aimlapi_messages import AIMLAPI


def get_weather(
    city: Annotated[str, "The city, in English"], unit: Literal["celsius", "fahrenheit"] = "celsius"
) -> dict[str, object]:
    """The current weather in a city."""
    return {"city": city, "temperature": 18 if unit == "celsius" else 64, "unit": unit, "sky": "clear"}


client = AIMLAPI()
runner = client.messages.tool_runner(
    model="anthropic/claude-sonnet-5",
    messages="What is the weather in San Francisco?",
    tools=[get_weather],
)
for message in runner:
    for call in message.tool_uses:
        print(f"{call.name}({call.input})")
    print(message.text)
