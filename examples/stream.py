"""Text as it arrives, and the partial text of a stream that fails."""

from aimlapi_messages import AIMLAPI, APIError

client = AIMLAPI(idle_timeout=60)
try:
    with client.messages.stream(model="anthropic/claude-sonnet-5", messages="Tell me a very short story.") as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
    message = stream.get_final_message()
    print(f"\n{message.usage.output_tokens} tokens, {message.cost}")
except APIError as error:
    # The text received before the error is not lost.
    print(f"\n{error}\nReceived so far: {error.partial.text if error.partial else 'nothing'}")
