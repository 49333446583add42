"""Slow tools in parallel, a toolbox, and a tool that runs on its own."""

import time

from aimlapi_messages import AIMLAPI, Toolbox, ToolError, tool


class Travel(Toolbox):
    """The public methods are tools, which share the state of the object."""

    def __init__(self) -> None:
        self.booked: list[str] = []

    def find_flight(self, city: str) -> str:
        """The next flight to a city."""
        time.sleep(0.5)
        return f"A flight to {city} leaves at 9:40."

    def find_hotel(self, city: str, nights: int = 1) -> str:
        """A hotel in a city."""
        time.sleep(0.5)
        if nights > 30:
            raise ToolError("No hotel takes guests for more than 30 nights. Ask for fewer.")
        return f"A room in {city} for {nights} nights costs {90 * nights} euros."

    @tool(sequential=True)
    def book(self, city: str) -> str:
        """Book the flight and the hotel. Only after both are found."""
        self.booked.append(city)
        return "Booked."


client, started = AIMLAPI(), time.monotonic()
question = "Find a flight and a hotel in Lisbon."
runner = client.messages.tool_runner(
    model="anthropic/claude-sonnet-5", messages=question, tools=[Travel()], tool_timeout=10
)
print(runner.until_done().text, f"{time.monotonic() - started:.1f} s for both, {client.spent} USD")
