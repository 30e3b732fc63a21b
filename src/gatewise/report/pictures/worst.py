"""The answers that were furthest from right, each with its sequence: lines, words, or sound."""

from __future__ import annotations

import base64
import html
import struct
import zlib
from itertools import groupby

from markupsafe import Markup

from gatewise.report.pictures.canvas import Canvas, Picture
from gatewise.report.pictures.details import compared
from gatewise.report.pictures.examples import HEIGHT, WIDTH, Panels, forecast_panel
from gatewise.report.pictures.scale import Scale, between, linear
from gatewise.report.style import INK, MUTED
from gatewise.report.text import error_format, number
from gatewise.verdict.evidence import ErrorsBy, Evidence, Shape, WorstAnswer

__all__ = ["of_parts", "worst"]

_DASHES = ("", "5 2", "1.5 1.5", "6 2 1.5 2")
_LINES = ("whole", "dashed", "dotted", "dash-dotted")
# Nats of a symbol that are shown in the darkest shade.
_MOST_NATS = 6.0
_SHADES = 5


def worst(evidence: Evidence, choice: str | None) -> tuple[Panels, ...]:
    """One row of panels for the choice, the best cell and the best baseline, as far as there are answers."""
    details = evidence.details
    if details is None:
        return ()
    rows = []
    for name in compared(evidence, choice):
        answers = details.worst.get(name, ())
        if answers:
            pictures = tuple(_one(evidence, name, answer) for answer in answers)
            rows.append(
                Panels(
                    f"Worst answers of {name}",
                    capitalised(details.methods.get("worst", "")) + _shades(answers),
                    pictures,
                    wide=any(answer.shape is not None and answer.shape.surprise for answer in answers),
                )
            )
    return tuple(rows)


def _shades(answers: tuple[WorstAnswer, ...]) -> str:
    if any(answer.shape is not None and answer.shape.surprise for answer in answers):
        return (
            f" The darker a symbol, the less it was expected; the darkest cost {_MOST_NATS:g} nats and more."
        )
    return ""


def capitalised(method: str) -> str:
    """Return a method as a sentence."""
    return f"{method[:1].upper()}{method[1:]}." if method else ""


def of_parts(evidence: Evidence, by: ErrorsBy, choice: str | None) -> Panels | None:
    """Draw one forecast of each series, the worst series first."""
    if not by.examples:
        return None
    pictures = []
    for name, example in zip(by.names, by.examples, strict=True):
        shown = next((who for who in compared(evidence, choice) if who in example.forecasts), None)
        candidate = next((c for c in evidence.candidates if c.name == shown), None)
        if candidate is not None:
            panel = forecast_panel(evidence, example, candidate)
            pictures.append(
                Picture(
                    name,
                    panel.svg,
                    (candidate.name,),
                    note=f"{candidate.name}, {example.title.rpartition(', ')[2]}",
                )
            )
    note = (
        "Of each the test window with the largest error. Thin and dark: what came; colour: what was forecast."
    )
    return Panels("Their worst windows", note, tuple(pictures), picked=True) if pictures else None


def _one(evidence: Evidence, name: str, answer: WorstAnswer) -> Picture:
    show = error_format(evidence.metric)
    said = [f"actual {answer.actual}"] if answer.actual else []
    said += (
        [f"predicted {answer.predicted}" if answer.actual else answer.predicted] if answer.predicted else []
    )
    if answer.forecast is not None:
        candidate = next(c for c in evidence.candidates if c.name == name)
        panel = forecast_panel(evidence, answer.forecast, candidate)
        return Picture(answer.title, panel.svg, (), note=f"{evidence.metric.name} {show(answer.error)}")
    note = "; ".join(said) or f"{evidence.metric.name} {show(answer.error)}"
    if answer.shape is not None and len(answer.shape.lines) > 1:
        kinds = zip(_LINES, answer.shape.lines, strict=False)
        note += f". {capitalised(', '.join(f'{kind}: {channel}' for kind, channel in kinds))}"
    return Picture(
        answer.title,
        Markup("") if answer.shape is None else _shape(answer.shape, answer.title),
        (),
        note=note,
    )


def _shape(shape: Shape, title: str) -> Markup:
    if shape.lines:
        return _values(shape, title)
    if shape.wave:
        return _sound(shape, title)
    if shape.surprise:
        return _surprise(shape)
    return _words(shape)


def _values(shape: Shape, title: str) -> Markup:
    names = list(shape.lines)
    everything = [value for line in shape.lines.values() for value in line]
    across = linear([1.0, float(shape.steps)], room=0.02, count=4).labelled("steps")
    canvas = Canvas(across, linear(everything, count=4), WIDTH, HEIGHT)
    for (name, line), dash in zip(shape.lines.items(), _DASHES, strict=False):
        last = max(len(line) - 1, 1)
        xs = [1 + (shape.steps - 1) * k / last for k in range(len(line))]
        canvas.line(xs, line, INK if not dash else MUTED, dash=dash, width=1.3)
        for x, value in list(zip(xs, line, strict=True))[:: max(len(line) // 12, 1)]:
            canvas.spot(x, value, f"{name}, step {x:.0f}: {number(value)}")
    ends = f"from {number(min(everything))} to {number(max(everything))}"
    return canvas.svg(f"{title}, {shape.steps} steps of {', '.join(names)}, with values {ends}.")


def _words(shape: Shape) -> Markup:
    if not shape.predicted:
        return Markup('<blockquote class="tokens">{}</blockquote>').format(" ".join(shape.tokens))
    parts = []
    for token, actual, predicted in zip(shape.tokens, shape.actual, shape.predicted, strict=False):
        if actual == predicted:
            parts.append(Markup("{}").format(token))
        else:
            parts.append(
                Markup('<span class="wrong">{} <small>{} taken for {}</small></span>').format(
                    token, actual, predicted
                )
            )
    return Markup('<blockquote class="tokens">{}</blockquote>').format(Markup(" ").join(parts))


def _surprise(shape: Shape) -> Markup:
    """Text in shades: the darker a symbol, the less it was expected."""
    shade = [min(int(_SHADES * nats / _MOST_NATS), _SHADES) for nats in shape.surprise]
    parts = []
    for level, pairs in groupby(zip(shade, shape.tokens, strict=True), key=lambda pair: pair[0]):
        text = html.escape("".join("⏎\n" if token == "\n" else token for _, token in pairs))
        parts.append(f'<span class="n{level}">{text}</span>' if level else text)
    return Markup(f'<pre class="surprise" tabindex="0"><code>{"".join(parts)}</code></pre>')


def _sound(shape: Shape, title: str) -> Markup:
    seconds = shape.seconds or 1.0
    canvas = Canvas(between(0.0, seconds, count=4).labelled("seconds"), Scale(-3.4, 1.0), WIDTH, HEIGHT, "")
    step = seconds / len(shape.wave)
    for k, peak in enumerate(shape.wave):
        canvas.box(k * step, (k + 0.8) * step, -peak, peak, INK)
    if shape.mel:
        (left, top), (right, bottom) = canvas.at(0.0, -1.15), canvas.at(seconds, -3.4)
        canvas.parts.append(
            f'<image class="mel" href="{_picture(shape.mel, shape.mel_bands)}" x="{left:.1f}" y="{top:.1f}" '
            f'width="{right - left:.1f}" height="{bottom - top:.1f}" preserveAspectRatio="none"/>'
        )
    return canvas.svg(
        f"{title}: {number(seconds)} seconds of sound, its wave above its log-mel energies, low bands at the bottom."
    )


def _picture(digits: str, bands: int) -> str:
    """A PNG of shades of black on nothing, the highest band on top."""
    width = len(digits) // bands
    rows = [digits[k * width : (k + 1) * width] for k in reversed(range(bands))]
    pixels = b"".join(b"\0" + b"".join(bytes((0, 17 * int(one, 16))) for one in row) for row in rows)

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", width, bands, 8, 4, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(pixels, 9))
        + chunk(b"IEND", b"")
    )
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
