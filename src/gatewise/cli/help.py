"""How a command shows its help: options in groups, kinds of values in words, examples at the end."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand

__all__ = ["EXAMPLES", "Command"]

# Options by what they are about, in this order; the rest stands last.
PANELS = {
    "Data": (
        "task", "horizon", "id", "time", "target", "past", "known", "static", "static_data", "channels", "group",
        "pattern", "every", "aggregate", "impute", "duplicates", "decimal", "encoding", "date_format", "day_first",
        "timezone", "calendar", "holidays", "test", "future", "windows", "step", "by", "sequence", "state", "skip_bad",
    ),
    "Networks": (
        "cells", "cell", "point", "hidden_size", "match", "members", "readout", "bidirectional", "level", "levels",
        "season_length", "context_length", "segment_length", "member", "input_size", "name", "nonlinearity",
        "reset_after",
    ),
    "Time and trainings": (
        "budget", "max_seconds", "warm_start", "seeds", "trials", "folds", "curves", "workers", "seed",
        "dry_run", "resume",
    ),
    "Text": ("length", "temperature", "top_k"),
    "Verdict": ("prefer", "max_parameters", "max_step_latency_us", "max_state_bytes"),
    "Server": (
        "host", "port", "token", "max_sessions", "idle_seconds", "max_body", "max_length", "state_folder",
    ),
    "Output": ("format_", "output", "name", "int8", "save", "refit_all", "wide", "json_", "quiet", "verbose", "log"),
}  # fmt: skip
REST = "Other"
# Each does what its comment says, on a file of the user's or on a sample of the package.
EXAMPLES: dict[str, tuple[tuple[str, str], ...]] = {
    "compare": (
        ("gatewise compare sales.csv --horizon 28", "forecast every series of a table four weeks ahead"),
        ("gatewise compare sample:recall-20 --budget 2m", "classify generated sequences, within two minutes"),
    ),
    "report": (
        ("gatewise report gatewise-output/comparison.json --prefer latency", "the fastest of those as good"),
        (
            "gatewise report gatewise-output/comparison.json --max-parameters 20000",
            "what to use where a model has to be small",
        ),
    ),
    "fit": (
        ("gatewise fit sample:weather --cell GRU --max-seconds 60", "a forecaster, within a minute"),
        ("gatewise fit novel.txt --cell LSTM --max-seconds 5m --output novel", "a language model"),
    ),
    "predict": (
        (
            "gatewise predict gatewise-output/model --output forecast.csv",
            "forecast the series it was fitted on",
        ),
        (
            "gatewise predict gatewise-output/model new.ts",
            "classify new sequences, as CSV on standard output",
        ),
    ),
    "stream": (
        ("tail -f sensor.csv | gatewise stream gatewise-model", "an answer after every row"),
        (
            "gatewise stream gatewise-model rows.csv --state rows.state --json",
            "the same in JSON; next time it goes on from where it was",
        ),
    ),
    "generate": (
        ('gatewise generate novel "It was" --temperature 0.8', "go on from two words"),
        ("gatewise generate novel --length 1000 --seed 1", "the same text each time"),
    ),
    "evaluate": (
        ("gatewise evaluate gatewise-output/model newer.csv", "errors on rows that it has not seen"),
        (
            "gatewise evaluate gatewise-output/model newer.csv --windows 4 --json",
            "of four horizons, for a program",
        ),
    ),
    "backtest": (
        (
            "gatewise backtest gatewise-output/model newer.csv --output past.csv",
            "five forecasts of each series beside what came, and their errors",
        ),
        (
            "gatewise backtest gatewise-output/model newer.csv --windows 30 --step 1",
            "as if forecast anew every day for a month",
        ),
    ),
    "update": (
        ("gatewise update gatewise-output/model today.csv", "predict then goes on from today's rows"),
        (
            "gatewise update gatewise-output/model today.csv --output newer-model",
            "the same, and the model stays as it was",
        ),
    ),
    "verify": (
        ("gatewise verify gatewise-output/model", "whether each file is what was saved"),
        ("gatewise verify gatewise-output/model --json", "the same for a program"),
    ),
    "export": (
        (
            "gatewise export shop --format c --output firmware/shop",
            "shop.h, shop.c and a main.c that reads rows",
        ),
        ("gatewise export shop --format onnx", "shop-onnx: whole sequences, one step, and several"),
    ),
    "inspect": (
        ("gatewise inspect gatewise-output", "all cells of a comparison, on a test sequence"),
        (
            "gatewise inspect gatewise-model new.csv --sequence 3 -o gates.html",
            "one model, on a sequence of yours",
        ),
    ),
    "serve": (
        ("gatewise serve gatewise-output/model", "on this machine: http://127.0.0.1:8080/ui"),
        (
            "gatewise serve shop=gatewise-output/model --state-folder kept",
            "sessions go on after a restart",
        ),
    ),
    "explain": (
        ("gatewise explain GRU", "equations, gates, size, what was measured"),
        (
            "gatewise explain LSTM --hidden-size 128 --json",
            "the same for a layer of 128 units, for a program",
        ),
    ),
    "init": (
        (
            "gatewise init sales.csv --horizon 28 > run.yaml",
            "what compare would take, to be looked at and changed",
        ),
        ("gatewise compare --config run.yaml", "run it"),
    ),
    "layers": (
        ("gatewise layers model.keras", "what can be read of it, and of what size"),
        ("gatewise layers model.onnx --output layers.safetensors", "its weights, for torch"),
    ),
    "datasets": (
        ("gatewise datasets", "names to be written as sample:NAME in the place of a file"),
        ("gatewise datasets --json", "for a program"),
    ),
    "doctor": (
        ("gatewise doctor", "what runs here, and what to do where it is slow"),
        ("gatewise doctor --json > machine.json", "to be kept beside measurements"),
    ),
}


class Command(TyperCommand):
    """A command of gatewise."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Options by group, then examples."""
        records: dict[str, list[tuple[str, str]]] = {}
        of = {name: panel for panel, names in PANELS.items() for name in names}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is None:
                continue
            argument = param.param_type_name == "argument"
            panel = "Arguments" if argument else of.get(param.name or "", REST)
            records.setdefault(panel, []).append(record)
        for panel in ("Arguments", *PANELS, REST):
            if panel in records:
                with formatter.section(panel):
                    formatter.write_dl(records[panel])
        with formatter.section("Examples"):
            for line, what in EXAMPLES.get(self.name or "", ()):
                formatter.write(f"{'':{formatter.current_indent}}# {what}\n")
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
