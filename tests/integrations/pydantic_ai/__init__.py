"""The client as a model of Pydantic AI."""
