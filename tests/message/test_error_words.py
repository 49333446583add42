"""What the words of an error make of it: money, and a model that has ended."""

from __future__ import annotations

import pytest

from aimlapi_messages import APIStatusError, ModelWithdrawnError, NotFoundError, OutOfCreditError

from ..support.errors import error_of


def read(text: str, status: int, code: str | None = None) -> APIStatusError:
    return error_of({"error": {"message": text, "code": code}}, status, model="claude-9")


@pytest.mark.parametrize(
    "text",
    [
        "You've run out of funds. Please top up your balance",
        "You have run out of credits.",
        "Your credit balance is too low to access the API. Please go to Plans & Billing to purchase credits.",
        "Insufficient Balance",
        "insufficient_quota: add credits",
        "You exceeded your current quota, please check your plan and billing details.",
        "This request requires more credits, or fewer max_tokens.",
        "You requested up to 4096 tokens, but can only afford 1000.",
        "user quota is not enough",
        "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
        "Budget has been exceeded! Current cost: 10.0, Max budget: 5.0",
        "Your team doesn't have any credits yet.",
        "Your team has either used all available credits or reached its monthly spending limit.",
        "You have exceeded your monthly included credits.",
        "Billing hard limit has been reached",
        "Credit limit exceeded, please navigate to billing",
        "The account is suspended due to insufficient balance",
        "User is locked. Reason: Exhausted balance.",
        "Your balance is 0",
        "Your balance is $-0.52",
        "balance: 0.00",
        "Your prepaid credits are exhausted",
        "You do not have enough credit.",
        "There are no credits left on your account",
        "No credits",
        "The key has no available balance",
        "Your payment is overdue",
        "Please add funds to your account",
        "You hit your spending cap",
        "ExceededBudget: User has exceeded their budget. Spend=10.1",
        "You've used 100% of your credits",
        "You only have 3 credits but this costs 5",
        "The cost exceeds your remaining balance",
        "Your credit grant has expired",
        "This organization has been disabled because of an unpaid invoice",
        "Error code: 400 - {'error': {'message': 'Your credit balance is too low'}}",
        'SomeError: {"error": {"message": "Your credit balance is too low"}}',
        "用户额度不足",
        "余额不足或无可用资源包,请充值",
        "Недостаточно средств на балансе",
        "Saldo insuficiente",
        "残高が不足しています",
        "您的余额已用完",
        "Créditos insuficientes",
        "Solde de crédits insuffisant",
        "Your account is overdrawn, please recharge",
        "Account in arrears: please re-charge and try again",
        "You need to replenish your wallet",
        "Recharge your account to continue",
        "Replenish the balance at /billing",
        "Recharge credits first",
        "账户已欠费,请充值后再试",
        "请先充值",
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 429])
def test_money_that_is_used_up_is_told_whatever_the_status(text: str, status: int) -> None:
    """In the words of the gateway, of providers and of what stands between."""
    assert type(read(text, status)) is OutOfCreditError


@pytest.mark.parametrize(
    "code", ["insufficient_quota", "insufficient_user_quota", "billing_hard_limit_reached", "billing_not_active"]
)
def test_a_code_says_it_too(code: str) -> None:
    """Where the text does not."""
    assert type(read("Please see your account", 429, code)) is OutOfCreditError


@pytest.mark.parametrize(
    "text",
    [
        "Too many requests: add a payment method to raise the limit, see /billing",
        "Rate limit reached. Add 10 credits to unlock 1000 free model requests per day",
        "Quota exceeded for requests per minute",
        "Free-tier limit: You've reached your free limit for the hour. Get AI/ML Subscription to use API, see /billing",
        "Your current quota is 50 requests per minute",
        "API usage limit exceeded for this minute",
        "User quota exceeded: 100 requests per minute",
        "tools.0: no function named credits",
        "Unknown tool insufficient_funds",
        "Tool name 'insufficient_funds' is duplicated",
        "tools.0.name: `add_credits` does not match the pattern",
        "messages must balance user and assistant turns",
        "The brackets are out of balance",
        "balance must not be negative",
        "credits cannot be empty",
        "Number of credits must be positive",
        "thinking.budget_tokens: must be at least 1024",
        "max_tokens exceeded thinking budget",
        "The context budget was exceeded",
        "Rate limit of the free credits tier reached",
        "no available balancer peer; balance retry",
        "max_tokens is too low",
        "Credit card number is not valid",
        "The document has no credits page",
        "tools.0: no function named recharge",
        "The input must not contain a recharge date",
        "recharge_plan is not a known member",
        "Wait for the token bucket to recharge",
        "The recharge period is one minute",
    ],
)
@pytest.mark.parametrize("status", [400, 429])
def test_other_sentences_are_not_about_money(text: str, status: int) -> None:
    """Though they have its words: of a limit of requests, of a field, of a tool."""
    assert not isinstance(read(text, status), OutOfCreditError)


@pytest.mark.parametrize(
    ("text", "of_money"),
    [
        ("Your funds do not suffice", True),
        ("A payment method is needed", True),
        ("Get AI/ML Subscription to use API", True),
        ("Complete verification to use the API, see https://aimlapi.com/app/billing/verification", False),
        ("This subscription key is for another API", False),
        ("This costs more credit than there is", True),
        ("Insufficient permissions to view credits", False),
        ("The key lacks the scope account:balance", False),
        ("A management key cannot read the balance", False),
        ("You are not allowed to see the credits of this account", False),
        ("The free tier is not allowed to use this model. Update your payment method.", True),
        ("Access denied: only paid users are allowed. Add credits.", True),
        ("The key is not authorized because the account has no balance", True),
        ("Not permitted in your plan; please upgrade your subscription", True),
        ("Not allowed on a free account: buy more credits", True),
    ],
)
def test_a_403_is_about_money_if_it_speaks_of_it(text: str, of_money: bool) -> None:
    """Unless it is about what the key may do, and does not ask to pay."""
    assert isinstance(read(text, 403), OutOfCreditError) is of_money


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("This model version has reached the end of its life. Please refer to the documentation.", True),
        ("The model `x` has been deprecated, learn more here", True),
        ("The model `x` has been decommissioned and is no longer supported.", True),
        ("We no longer serve this model", True),
        ("claude-9 is retired", True),
        ("claude-9 was shut down on 2026-01-01", True),
        ("The requested model was permanently removed", True),
        ("The model `x` was not found. Deprecated models are listed elsewhere", False),
        ("The model does not exist or has been removed.", False),
        ("You no longer have access to this model", False),
        ("No such model; see the list of withdrawn models", False),
        ("Model x not found. See /docs/model-deprecations", False),
        ("The model is not deprecated but unknown", False),
    ],
)
def test_a_model_has_ended_if_that_is_said_of_it(text: str, ended: bool) -> None:
    """And not of other models, nor as one of several causes."""
    assert type(read(text, 404)) is (ModelWithdrawnError if ended else NotFoundError)
