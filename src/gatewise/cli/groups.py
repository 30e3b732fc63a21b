"""Groups of options that several commands take: columns, what estimators take, the fields of a configuration."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from inspect import Parameter
from typing import Annotated, Any, TypeVar, get_args

import typer
from annotated_types import Ge
from pydantic import BaseModel, BeforeValidator

from gatewise.cli.options import duration, percentages, split_names
from gatewise.estimators.config import Readout, TextLevel

__all__ = ["COLUMNS", "ESTIMATOR", "fields_of", "with_options"]

Command = TypeVar("Command", bound=Callable[..., None])


def _option(
    name: str, kind: Any, default: Any = None, *, flags: Iterable[str] = (), **option: Any
) -> Parameter:
    """An option as the argument of a function; a default is shown where there is one.

    ``flags`` are what it is called in the shell, where that is not its name.
    """
    option = {"show_default": default is not None, "metavar": _metavar(kind)} | option
    annotation = Annotated[kind, typer.Option(*flags, **option)]
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _metavar(kind: Any) -> str | None:
    """What help calls a value; kinds with few values list them, and a flag has none."""
    plain = next((one for one in get_args(kind) if one is not type(None)), kind)
    return {int: "N", float: "X", str: "TEXT"}.get(plain)


# As a comparison and as fit takes them; each has a meaning for some tasks.
ESTIMATOR = (
    _option("horizon", int | None, min=1, help="Forecasting: rows ahead."),
    _option(
        "levels",
        Any,
        parser=percentages,
        metavar="PERCENT",
        help="Forecasting: intervals in percent, such as 80,90; 90 by default.",
    ),
    *(
        _option(
            f"{name}_length",
            int | None,
            min=least,
            flags=(f"--{name}", f"--{name}-length"),
            help=f"Forecasting: rows {text}; found from the data by default.",
        )
        for name, least, text in (
            ("season", 1, "of one season, 1 for none"),
            ("context", 2, "that a forecast sees"),
            ("segment", 1, "that the cell reads in one step"),
        )
    ),
    _option("readout", Readout | None, help="One answer per sequence: from all steps, or the last."),
    _option("bidirectional", bool | None, help="Read sequences from both ends."),
    _option(
        "members",
        int | None,
        min=1,
        help="Networks per model, whose answers are averaged; compare takes 1, fit what the task needs.",
    ),
    _option("level", TextLevel | None, help="Language: what one symbol is; characters by default."),
)

_LISTS = ("id", "time", "target", "past", "known", "static", "channels", "calendar", "categorical")
_ONE = {"group": "COLUMN", "static_data": "FILE", "decimal": ". or ,", "holidays": "COUNTRY"}
_COLUMNS = {
    "id": "Column that names the series; several, such as store,item, do so together.",
    "time": "Column of time stamps; several, such as Date,Time, are put together.",
    "target": "Column to learn: a value, a class or a tag; several, or 'all', make a series each, or of sequences "
    "several values.",
    "past": "Covariates known up to now, comma-separated.",
    "known": "Covariates known for the future too, comma-separated.",
    "static": "Columns that never change within a series, comma-separated.",
    "static_data": "Table with the id and one row for each series: columns that never change.",
    "channels": "Columns of the values of a sequence, comma-separated.",
    "categorical": "Channels whose whole numbers are codes and no amounts, or none; looked for by default.",
    "group": "Whom a sequence belongs to, such as a speaker; no group is both trained and tested on.",
    "pattern": "Names of recordings, such as '{label}_{group}_{take}.wav'.",
    "every": "Distance of rows, such as 1h, 1D, 1M or row: rows are put on that grid.",
    "aggregate": "What becomes of values in one step of --every: mean, sum or last; mean by default.",
    "impute": "'previous': fill NaN with the last value before it.",
    "duplicates": "What to do with rows of equal id and time: mean, first or last.",
    "decimal": "What stands before decimals in numbers such as 1,234; the other one is between thousands.",
    "encoding": "Of a text file, such as cp1252; UTF-8 by default.",
    "axes": "Of arrays: 'n t c' or 'n c t' (sequences, time, channels); of a table 'n t': each row is a sequence.",
    "rare": "'drop': leave out classes that occur once, or that the training data do not have.",
    "date_format": "How dates are written, such as %d/%m/%Y; of whole numbers also 'number', or 's' since 1970.",
    "day_first": "What 01/02/2024 is, where no day above 12 tells.",
    "timezone": "Zone of time stamps, such as Europe/Berlin.",
    "calendar": "Known columns made from the times: auto, or some of hour, weekday, day, week, month, yearly.",
    "holidays": "Country, such as DE or DE-BY, whose public holidays are known columns.",
}
# Those that are said or not.
_FLAGS = {"day_first": "--day-first/--month-first"}


def _names(text: str) -> str | tuple[str, ...]:
    """One name as it is, several as a reader takes them."""
    names = split_names(text)
    return names[0] if len(names) == 1 else names


def _column(name: str, text: str) -> Parameter:
    if name in _LISTS:
        return _option(
            name, Any, parser=_names, metavar="NAMES" if name == "calendar" else "COLUMNS", help=text
        )
    if name in _FLAGS:
        return _option(name, bool | None, flags=(_FLAGS[name],), help=text)
    return _option(name, str | None, help=text, **({"metavar": _ONE[name]} if name in _ONE else {}))


COLUMNS = tuple(_column(name, text) for name, text in _COLUMNS.items())


def fields_of(config: type[BaseModel], *, defaults: bool = True) -> tuple[Parameter, ...]:
    """The fields of a configuration as options, with their bounds and descriptions, and their defaults or none."""
    options = []
    for name, field in config.model_fields.items():
        kind: Any = field.annotation
        least = [one.ge for one in field.metadata if isinstance(one, Ge)]
        checks: dict[str, Any] = {"min": least[0]} if least else {}
        if any(isinstance(one, BeforeValidator) for one in field.metadata):
            kind, checks = Any, {"parser": duration, "metavar": "TIME"}
        default = field.default if defaults else None
        kind = kind if default is not None or kind is Any else kind | None
        options.append(_option(name, kind, default, help=field.description, **checks))
    return tuple(options)


def with_options(**groups: Iterable[Parameter]) -> Callable[[Command], Command]:
    """Give a command groups of options; it gets those of a group that have a value as one dict of that name."""

    def decorate(command: Command) -> Command:
        def wrapped(**arguments: Any) -> None:
            for group, options in groups.items():
                values = {option.name: arguments.pop(option.name) for option in options}
                arguments[group] = {name: value for name, value in values.items() if value is not None}
            command(**arguments)

        signature = inspect.signature(command, eval_str=True)
        own = [
            one.replace(kind=Parameter.KEYWORD_ONLY)
            for one in signature.parameters.values()
            if one.name not in groups
        ]
        every = [*own, *(option for options in groups.values() for option in options)]
        wrapped.__signature__ = signature.replace(parameters=every)  # type: ignore[attr-defined]  # what typer reads
        wrapped.__annotations__ = {one.name: one.annotation for one in every}
        wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
        return wrapped  # type: ignore[return-value]

    return decorate
