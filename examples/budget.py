"""A limit for the money, limits for the time, and a look at each attempt."""

from aimlapi_messages import AIMLAPI, AIMLAPIError, Attempt, BudgetExceededError


def look(attempt: Attempt) -> None:
    """Called after each attempt, successful or not."""
    again = "" if attempt.retry_in is None else f", again in {attempt.retry_in:.1f} s"
    print(f"  attempt {attempt.number}: {attempt.status_code} after {attempt.seconds:.2f} s{again}")


# Seconds: 60 for each wait of an attempt, 120 for a call with all of its attempts.
client = AIMLAPI(budget_usd="0.002", timeout=60, total_timeout=120, max_retries=4, on_attempt=look)
try:
    for number in range(1, 100):
        answer = client.messages.create(
            model="anthropic/claude-sonnet-5",
            messages=f"Say something kind about the number {number}.",
            max_tokens=50,
        )
        print(answer.text, answer.cost)
except BudgetExceededError as error:
    print(error)
except AIMLAPIError as error:
    print("tried in vain:", error)
print(f"spent: {client.spent} USD")
