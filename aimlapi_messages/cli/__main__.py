"""`python -m aimlapi_messages.cli`, the same as the command `aimlapi-messages`."""

from aimlapi_messages.cli import run

if __name__ == "__main__":
    run()
