"""What the words of an error say: whether it is about money, about a model that is not known, about one that ended."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .body_text import BODY_LENGTH

# What a refusal of any status says when it is for money. A limit of requests also speaks of quota and billing, and a
# complaint about a field may speak of credits.
_MONEY: Final = r"(?:funds?|credits?(?! (?:scores?|ratings?|tiers?))|balance)"
_LIMIT: Final = r"(?:spen[dt]|spending|billing|credit) (?:hard )?(?:limit|cap)s?"
_OUT_OF_CREDIT = re.compile(
    rf"\b(?:insufficient|not enough|zero|negative|exhausted) (?!permission|scope|right)(?:\w+ ){{0,2}}{_MONEY}\b"
    rf"|(?:\bnot|n.t) have (?:enough|sufficient|any) (?:\w+ ){{0,2}}{_MONEY}\b|\blacks? (?:\w+ )?{_MONEY}\b"
    rf"|\blow (?:on )?(?:account |credit )?{_MONEY}\b|\bmore (?:\w+ )?(?:funds|credits)\b"
    rf"|\b(?:exceeded|used (?:up )?all|hit|reached) (?:\w+ ){{0,4}}(?:{_MONEY}|{_LIMIT})\b"
    r"|\b(?:exceeds?|exceeded|used up|used 100% of) (?:your|their|its) (?:\w+ )?(?:funds|credits|balance|budget)\b"
    r"|\bonly (?:have|has) \S+ credits\b"
    rf"|\b(?:{_MONEY}|{_LIMIT}) (?:(?!must|should|can|may|not)\w+ ){{0,3}}"
    r"(?:low|insufficient|exhausted|depleted|expired|exceeded|reached|used up|negative|empty|zero|not enough)\b"
    r"|\bbalance(?: is|:| of) (?:[$€] ?)?(?:-|0\b(?!\.\d*[1-9]))"
    rf"|\bno (?:more|remaining|available) {_MONEY}\b|\bno {_MONEY} (?:left|remaining|available|on|in your)\b"
    r"|\bno (?:funds|credits)\s*(?:[.;!]|$)|\bout of (?:\w+ ){0,2}(?:funds|credits?)\b|\bout of \w+ balance\b"
    r"|\badd (?:funds|credits?) to your\b|\btop[- ]up\b|\bplease (?:re-?charge|replenish)\b"
    rf"|\b(?:re-?charge|replenish) (?:\w+ ){{0,2}}(?:{_MONEY}|account|wallet)\b"
    r"|\bcan only afford\b|\bspecified api usage limits?\b|请.{0,4}充值"
    r"|\binsufficient (?:\w+ )?quota\b|\bquota (?:is )?(?:not enough|insufficient)\b"
    r"|\bexceeded (?:your )?current quota\b"
    r"|(?:^|[.;!:] ?|monthly |daily |weekly )budget (?:(?:has been|is|was) )?exceeded\b"
    r"|\bbilling not active\b|\barrearage\b|\bpayment (?:is )?(?:required|overdue)\b"
    r"|\b(?:unpaid|outstanding|overdue) invoices?\b|\baccount is past due\b|\bnon-?payment\b"
    r"|[余餘][额額].{0,3}(?:不足|用完|耗尽)|[额額]度不足|欠费|(?:残高|クレジット).{0,3}不足|(?:잔액|크레딧).{0,3}부족"
    r"|недостаточно (?:средств|кредитов)|\b(?:saldo|cr[eé]ditos?) insuficiente|\bsolde (?:\S+ ){0,2}insuffisant"
    r"|\bcrédits? insuffisant|\bguthaben\b.{0,40}\b(?:aufgebraucht|nicht|niedrig)",
    re.IGNORECASE,
)
# What a 403 says when it is for money too, unless it is about what a key may do.
_SPEAKS_OF_CREDIT = re.compile(
    r"\b(funds?|credits?|balance|payment method|key limit|budget|subscriptions?(?! key))\b", re.IGNORECASE
)
_SPEAKS_OF_RIGHTS = re.compile(
    r"\b(scopes?|permissions?|permitted|management keys?|allowed|authori[sz]ed"
    r"|(?:may|can) ?not (?:read|view|list|see|access|get))\b",
    re.IGNORECASE,
)
# What it may say of rights too and still be for money.
_ASKS_TO_PAY = re.compile(
    r"\b(?:add|buy|purchase|update|upgrade) (?:\w+ ){0,2}(?:funds|credits?|payment method|subscription)\b"
    r"|\b(?:has|have|with) no (?:funds|credits?|balance)\b",
    re.IGNORECASE,
)
# The name of a tool or a field says nothing of the account.
_FIRST_WORD = re.compile(r"^\w+")
_QUOTED_NAME = re.compile(r"(['\"`])[\w./-]+\1")

# It is about a model; it says that there is no such model.
ABOUT_MODEL: Final = re.compile(r"\bmodels?\b|\bno endpoints?\b", re.IGNORECASE)
UNKNOWN_MODEL: Final = re.compile(
    r"\b(unknown|invalid|no such|valid) model\b"
    r"|\bmodel\b.{0,200}\b(not found|not exist|not valid|unknown|invalid enum)",
    re.IGNORECASE | re.DOTALL,
)
# It says that something is served no longer: the model, and neither others ("Deprecated models are listed ...")
# nor as one of several causes ("... or has been removed").
WITHDRAWN: Final = re.compile(
    r"(?<!\bor )\b(?:(?:has|have) been|is|was|are|were|models?:?) (?:(?!not\b)\w+ ){0,2}?(?:withdrawn|deprecated"
    r"|retired|discontinued|removed|delisted|decommissioned|sunset|end[- ]of[- ]life|no longer|shut ?down)\b"
    r"|\bno longer (?:serve|support|offer|provide|host|work|exist|available)|\breached (?:the |its )?end[- ]of[- ]",
    re.IGNORECASE,
)


def speaks_of_money(texts: Iterable[str], *, loosely: bool) -> bool:
    """Whether these texts and codes say that credit is used up; `loosely`, whether they mention it at all."""
    said = "; ".join(_FIRST_WORD.sub(lambda found: found[0].replace("_", " "), text) for text in texts)
    said = _QUOTED_NAME.sub("", said[:BODY_LENGTH])
    if _OUT_OF_CREDIT.search(said):
        return True
    if not loosely or not _SPEAKS_OF_CREDIT.search(said):
        return False
    return bool(_ASKS_TO_PAY.search(said)) or not _SPEAKS_OF_RIGHTS.search(said)
