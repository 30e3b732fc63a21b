"""Forms in which dates are written: regular expressions whose groups are years, months, days, …."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gatewise.errors import ConfigurationError

__all__ = ["FORMS", "Form", "form_of"]

# A time of day after a date, and its distance from UTC.
CLOCK = (
    r"(?:(?:T|\s*,\s*|\s+)(?P<hour>\d{1,2})(?::(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?"
)
WEEKDAY = r"(?:[A-Za-z]{2,9}\.?,?\s+)?"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
YEAR, ANY_YEAR = r"(?P<year>\d{4})", r"(?P<year>\d{4}|\d{2})"


@dataclass(frozen=True)
class Form:
    """One way to write dates.

    Attributes
    ----------
    pattern : str
        What a whole text matches; numbers called ``left``, ``middle`` and ``right`` are day, month and year in an
        order that only all dates together tell.
    iso : bool
        It is that of ISO 8601, where an hour may stand without minutes.
    """

    pattern: str
    iso: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that the form has."""
        return tuple(re.compile(self.pattern).groupindex)


def _form(date: str, *, iso: bool = False) -> Form:
    return Form(rf"^{date}{CLOCK}$", iso)


# The first that fits most rows is taken.
FORMS = (
    _form(rf"{YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})", iso=True),
    _form(r"(?P<left>\d{1,2})(?P<mark>[-/. ])(?P<middle>\d{1,2})[-/. ](?P<right>\d{4}|\d{2})"),
    _form(rf"{WEEKDAY}{DAY}[-/. ]*{NAME}[-/., ]*{ANY_YEAR}"),  # 01-Jan-2022, Mon, 3 January 2022
    _form(rf"{WEEKDAY}{NAME} ?{DAY},? +{YEAR}"),  # Jan 01, 2022
    _form(rf"{YEAR}[-/. ]?{NAME}[-/. ]?{DAY}"),  # 2022-Jan-01
    _form(rf"{YEAR}[-/.](?P<month>\d{{1,2}})"),
    _form(rf"{YEAR}-?[Mm](?P<month>\d{{1,2}})"),  # 2010M01
    _form(rf"(?P<month>\d{{1,2}})[-/.]{YEAR}"),
    _form(rf"{NAME}[-/.,' ]*{ANY_YEAR}"),  # Jan-10, January 2010
    _form(rf"{YEAR}[-/. ]{NAME}"),
    _form(rf"{YEAR}[-./: ]?[Qq](?P<quarter>[1-4])"),
    _form(rf"[Qq](?P<quarter>[1-4])[-./' ]*{ANY_YEAR}"),
    _form(rf"(?P<quarter>[1-4])[Qq][-./' ]?{ANY_YEAR}"),
    _form(rf"{YEAR}-?[SsHh](?P<semester>[12])"),
    _form(rf"{YEAR}[- ]?[Ww](?P<week>\d{{1,2}})(?:-?(?P<weekday>[1-7]))?"),
    _form(rf"{YEAR}(?P<month>\d{{2}})(?P<day>\d{{2}})"),  # 20220131T1800 is not read
)

COMPOSED = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "D": "%m/%d/%y", "R": "%H:%M"}
# Numbers have so many digits, or fewer where nothing stands in the way; the rest are expressions.
NUMBERS = {
    "Y": ("year", 4), "G": ("year", 4), "y": ("year", 2), "m": ("month", 2), "d": ("day", 2), "H": ("hour", 2),
    "I": ("hour", 2), "M": ("minute", 2), "S": ("second", 2), "j": ("day_of_year", 3), "V": ("week", 2),
    "u": ("weekday", 1), "q": ("quarter", 1),
}  # fmt: skip
WORDS = {
    "b": NAME, "B": NAME, "a": r"[A-Za-z]{2,9}\.?", "A": r"[A-Za-z]{2,9}", "p": r"(?P<half>[AaPp]\.?[Mm]\.?)",
    "f": r"(?P<fraction>\d{1,9})", "z": r"(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?)", "%": "%",
}  # fmt: skip


def form_of(date_format: str) -> Form:
    """The form of a format of ``strptime``; a time of day may follow one that has none.

    Raises
    ------
    ConfigurationError
        A directive is not known or stands twice, or there is no year.
    """
    text = re.sub("%([FTDR])", lambda found: COMPOSED[found[1]], date_format)
    pieces = re.findall(r"%.|\s+|[^%\s]|%$", text)
    pattern = ""
    for place, piece in enumerate(pieces):
        if not piece.startswith("%"):
            pattern += r"\s+" if piece.isspace() else re.escape(piece)
        elif piece[1:] in NUMBERS:
            name, digits = NUMBERS[piece[1:]]
            beside = {one[1:] for one in pieces[max(0, place - 1) : place + 2 : 2] if one.startswith("%")}
            fixed = digits in (1, 4) or name == "year" or beside & set(NUMBERS)
            pattern += rf"(?P<{name}>\d{{{digits if fixed else f'1,{digits}'}}})"
        elif piece[1:] in WORDS:
            pattern += WORDS[piece[1:]]
        else:
            known = " ".join(
                f"%{one}" for one in sorted({*NUMBERS, *WORDS, *COMPOSED} - {"%"}, key=str.lower)
            )
            raise ConfigurationError(
                f"{piece!r} in {date_format!r} is not understood; expected some of {known}, such as %d/%m/%Y",
                option="date_format",
            )
    named = re.findall(r"\?P<(\w+)>", pattern)
    if len(set(named)) < len(named):
        twice = next(name for name in named if named.count(name) > 1)
        raise ConfigurationError(f"{date_format!r} has the {twice} twice", option="date_format")
    if "year" not in named:
        raise ConfigurationError(
            f"{date_format!r} has no year; expected %Y or %y, such as %d/%m/%Y", option="date_format"
        )
    ends = {"hour", "zone"} & set(named)
    return Form(rf"^{pattern}{'' if ends else CLOCK}$", iso=True)
