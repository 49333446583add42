"""What can go wrong with a call, from the particular to the general."""

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIConnectionError,
    APIStatusError,
    AuthenticationError,
    NotFoundError,
    OutOfCreditError,
    RateLimitError,
    StreamIncompleteError,
)


def ask(client: AIMLAPI, model: str) -> str:
    try:
        return client.messages.create(model=model, messages="Hello").text
    except NotFoundError as error:
        return f"misspelt, or withdrawn: {error}"
    except AuthenticationError as error:
        return f"the key is wrong: {error}"
    except OutOfCreditError as error:
        return f"the account is empty: {error}"
    except RateLimitError as error:
        return f"too fast; try again in {error.retry_after} s"
    except APIStatusError as error:
        return f"the gateway refused with {error.status_code} ({error.request_id}): {error}"
    except StreamIncompleteError as error:
        return f"cut off after: {error.partial.text if error.partial else 'nothing'}"
    except APIConnectionError as error:
        return f"no connection: {error}"
    except AIMLAPIError as error:
        return f"anything else: {error}"


print(ask(AIMLAPI(), "anthropic/claude-sonnet-5"))
print(ask(AIMLAPI(), "anthropic/claude-sonnett"))
print(ask(AIMLAPI(base_url="http://127.0.0.1:1", max_retries=0), "anthropic/claude-sonnet-5"))
