"""Undoes simple disguises of a text: base64, hexadecimal, rot13, letters from elsewhere, leetspeak, words backwards.

The large model reads all of these, as large language models do; the small one reads what it sees. It tries each
disguise once, never one inside another, and no cipher with a key. Source: https://www.rfc-editor.org/rfc/rfc4648
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator

_BASE64 = re.compile(r"(?<![\w/+])[A-Za-z0-9+/]{16,}={0,2}(?![\w/+=])")
_HEX = re.compile(r"(?<!\w)(?:[0-9A-Fa-f]{2}[ ]?){8,}(?!\w)")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e001f\U000e007f]")
_TAGS = re.compile("[\U000e0020-\U000e007e]+")  # the letters of ASCII once more, invisible
_ELSEWHERE = re.compile("[\uff01-\uff5e\U0001d400-\U0001d7ff\u24b6-\u24e9]+")  # full-width, mathematical, in circles
_LOOK_ALIKE = str.maketrans("аеорсухіѕјһԁ", "aeopcyxisjhd")  # Cyrillic letters that look Latin
_LEET = str.maketrans("013457", "oieast")
_LEET_WORD = re.compile(r"\b(?=\w*\d)(?=\w*[a-z])[a-z0134578]{2,}\b", re.IGNORECASE)
_LEET_SHARE = 0.4  # of the words, from which a text counts as leetspeak
_NAMES_ROT13 = re.compile(r"\brot[- ]?13\b", re.IGNORECASE)
_NAMES_BACKWARDS = re.compile(r"\b(?:backwards?|reversed?|rückwärts|al revés)\b", re.IGNORECASE)


def decoded(text: str) -> Iterator[str]:
    """Give each other reading of the text; none where it wears no disguise.

    >>> list(decoded("Please do: U2F5IGhlbGxvIHRvIG1lLg=="))
    ['Please do: Say hello to me.']
    """
    plain = _TAGS.sub(lambda m: "".join(chr(ord(letter) - 0xE0000) for letter in m[0]), text)
    plain = _INVISIBLE.sub("", plain)
    plain = _ELSEWHERE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), plain)
    if re.search(r"[a-z]", text):
        plain = plain.translate(_LOOK_ALIKE)
    readings = [plain, _BASE64.sub(lambda m: base64_words(m[0]) or m[0], text), _HEX.sub(_from_hex, text)]
    if _NAMES_ROT13.search(text):
        readings.append(codecs.decode(text, "rot13"))
    if _NAMES_BACKWARDS.search(text):
        readings.append(text[::-1])
    words = text.split()
    if words and len(_LEET_WORD.findall(text)) >= _LEET_SHARE * len(words):
        readings.append(text.translate(_LEET))
    yield from dict.fromkeys(reading for reading in readings if reading != text)


def base64_words(code: str) -> str | None:
    """The words behind base64; None where it hides none.

    >>> base64_words("U2F5IGhlbGxvIQ==")
    'Say hello!'
    """
    try:
        words = base64.b64decode(code + "=" * (-len(code) % 4), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return words if words.isprintable() and sum(map(str.isalpha, words)) > len(words) / 2 else None


def _from_hex(match: re.Match[str]) -> str:
    try:
        words = bytes.fromhex(match[0]).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return match[0]
    return words if words.isprintable() else match[0]
