"""Text as it comes, and what becomes of a stream that breaks."""

from aimlapi_messages import AIMLAPI, APIError

client = AIMLAPI(idle_timeout=60)
try:
    with client.messages.stream(model="anthropic/claude-sonnet-4.5", messages="Tell me a very short story.") as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
    message = stream.get_final_message()
    print(f"\n{message.usage.output_tokens} tokens, {message.cost}")
except APIError as error:
    # Whatever went wrong, what had come is not lost.
    print(f"\n{error}\nUp to there: {error.partial.text if error.partial else 'nothing'}")
