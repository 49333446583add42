"""Words out of the identifiers of a document, for names in Python. Pure."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["pascal", "singular", "spelled"]

#: How signs are said where they alone tell two names apart.
SIGNS = {
    **{"-": "dash", "_": "underscore", ".": "dot", "/": "slash", "+": "plus", " ": "space", ":": "colon", "@": "at"},
    **{"{": "of", "}": "", "[": "at", "]": "", "$": "dollar", "?": "query", "=": "is", "&": "and", "*": "star"},
}


PARTS = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)


def pascal(text: str) -> str:
    """PascalCase of an identifier in any of the usual spellings; digits keep their place."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    words = re.findall(r"[A-Za-z]+|\d+", text)
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    return joined if joined[:1].isalpha() else f"N{joined}"


def spelled(text: str) -> str:
    """Text with its signs as words, and with a word for capitals: two texts that differ are spelled differently."""
    letters = "".join(letter for letter in text if letter.isalpha())
    capitals = " capitals" if letters.isupper() and len(letters) > 1 else " capital" if letters[:1].isupper() else ""
    words = [part if part.isascii() and part.isalnum() else f" {_sign(part)} " for part in PARTS.findall(text)]
    return "".join(words).strip() + capitals


def _sign(sign: str) -> str:
    return SIGNS[sign] if sign in SIGNS else unicodedata.name(sign, f"sign {ord(sign)}").lower()


def singular(word: str) -> str:
    """The singular of a plural property name, as far as the plain rules of English go."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
