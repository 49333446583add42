"""Extracts the significant words, the names and the numbers of a question in English."""

from __future__ import annotations

import re

_STOPWORD_LIST = """
    a about ahead all am an and any are as ask at be been by can could current currently did do does
    every fetch find for from get give given go got had has have he hello her here hi his how i if in
    into is it its just let like look make many may me might more much must my need no not now of off on
    one or our out please return returns say see set shall she should show so some such take tell than
    that the their them then there these they this those to tool under up us use user want was we were
    what when where which who whom whose why will with would you your
"""
_STOPWORDS = frozenset(_STOPWORD_LIST.split())
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ers", "er", "ed", "es", "s", "e", "y")
_SHORTEST_STEM = 3
_PLACE_WORDS = {"in", "for", "at", "to", "from", "near", "of", "on"}
# What a name may contain, as in Rio de Janeiro or San Francisco, CA.
_JOINERS = {"da", "de", "del", "der", "di", "do", "du", "la", "le", "of", "the", "und", "van", "von", ","}
_TOKEN = re.compile(r"[\w'\u2019.-]*\w|[^\w\s]")
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w])")
_QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|`([^`]+)`')


def stems(text: str) -> frozenset[str]:
    """The stems of the significant words; `get_weather` and `getWeather` count as two words."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("_", " ").replace("-", " "))
    words = (word.lower() for word in re.findall(r"[^\W\d_]+", spaced))
    return frozenset(_stem(word) for word in words if word not in _STOPWORDS and len(word) > 1)


def names(text: str) -> list[str]:
    """The names that follow "in", "for", "at", "to" and the like: `["San Francisco, CA"]`, in order."""
    found: list[str] = []
    start = end = 0  # the current name; end is 0 if there is none
    begins = False
    for token in _TOKEN.finditer(text):
        word = token.group()
        if (begins or end) and word[0].isupper() and word not in ("I", "I'm", "I'd", "I'll"):
            start, end = start if end else token.start(), token.end()
        elif end and word not in _JOINERS:
            found.append(text[start:end])
            end = 0
        begins = word.lower() in _PLACE_WORDS
    return [*found, text[start:end]] if end else found


def numbers(text: str) -> list[float]:
    """The numbers written in digits, in order."""
    return [float(number) for number in _NUMBER.findall(text.replace(",", ""))]


def quoted(text: str) -> list[str]:
    """The texts in quotation marks or backticks, in order."""
    return ["".join(groups) for groups in _QUOTED.findall(text)]


def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM:
            return word.removesuffix(suffix)
    return word
