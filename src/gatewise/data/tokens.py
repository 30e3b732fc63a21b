"""Raw text to words, of any script."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata

__all__ = ["UNSPACED", "tokenise"]

# Scripts whose words are not separated by spaces: each character is a token.
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Myanmar, Khmer
    "\u3040-\u30ff\u31f0-\u31ff"  # Hiragana, Katakana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)


def tokenise(text: str) -> list[str]:
    """Words, numbers and marks, in order; nothing but white space is lost.

    A word is a run of letters of one script with its combining marks, with apostrophes and hyphens inside
    (``don't``); a number is digits with points, commas and colons inside (``3.14``, ``12:30``); everything else,
    and every letter of a script that writes no spaces between words, stands alone.

    >>> tokenise("Play “Ænima” at 12:30, don't wait!")
    ['Play', '“', 'Ænima', '”', 'at', '12:30', ',', "don't", 'wait', '!']
    >>> tokenise("我爱你 2x")
    ['我', '爱', '你', '2', 'x']
    """
    return _pattern().findall(text)


@functools.cache
def _pattern() -> re.Pattern[str]:
    # Python's \w leaves out combining marks, which are parts of words in most of the scripts of India.
    marks = "".join(
        re.escape(character)
        for character in map(chr, range(0x300, sys.maxunicode + 1))
        if unicodedata.category(character)[0] == "M"
    )
    letter = rf"(?:(?![{UNSPACED}])[^\W\d_])"
    return re.compile(
        rf"\d+(?:[.,:]\d+)*|{letter}(?:{letter}|[{marks}\u200c\u200d])*"
        rf"(?:['’\-]{letter}(?:{letter}|[{marks}\u200c\u200d])*)*|\S[{marks}]*"
    )
