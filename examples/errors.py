"""What can go wrong with a call, from the particular to the general."""

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIError,
    APIStatusError,
    AuthenticationError,
    NotFoundError,
    OutOfCreditError,
    RateLimitError,
)

client, nowhere = AIMLAPI(), AIMLAPI(base_url="http://127.0.0.1:1", max_retries=0)
model = "anthropic/claude-sonnet-5"
for asked, name in [(client, model), (client, "anthropic/claude-sonnett"), (client, ""), (nowhere, model)]:
    try:
        print(asked.messages.create(model=name, messages="Hello").text)
    except RateLimitError as error:
        print("too fast; try again in", error.retry_after, "s")
    except (AuthenticationError, NotFoundError, OutOfCreditError) as error:
        print("see to the key, the model or the account:", error)
    except APIStatusError as error:  # with status_code, body and request_id for programs
        print("refused:", error)
    except APIError as error:
        print("no connection, or no whole answer:", error)
    except AIMLAPIError as error:
        print("not sent:", error)
