"""What the tests of the model share. Not a test, and without Pydantic AI."""

MODEL = "anthropic/claude-sonnet-5"
KEY = "a-key-that-nobody-shows"
