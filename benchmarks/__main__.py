"""``python -m benchmarks NAME``: measure, print, and with ``--write`` keep."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.errors import BenchmarkError
from benchmarks.results import Circumstances, Result, write

if TYPE_CHECKING:
    from benchmarks.layers.grid import Shape

__all__ = ["main"]

DEFAULT_SEEDS = 3
# As many as a comparison takes by default: with three, intervals are too wide to tell what is plain to see.
RECALL_SEEDS = 5
CLAIM_SEEDS = 5
VERDICT_SEEDS = 5
GRADIENT_SEEDS = 4
EQUAL_SEEDS = 2
ADDING_LENGTHS = (200, 400, 600)
DEFAULT_THREADS = 2
CELLS = ("RNN", "LSTM", "GRU")
SHORT_SERIES = ("yearly", "quarterly", "monthly")
HORIZONS = (96, 192, 336, 720)
HORIZONS_OF_ALL = (96, 720)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(arguments)
    command = shlex.join(["python", "-m", "benchmarks", *arguments])
    try:
        _limit_threads(options.threads)
        for result in options.results(options):
            circumstances = result.measured or Circumstances(command, options.threads)
            print(f"{result.text()}\n\n{circumstances.text()}\n", flush=True)
            if options.write:
                print(f"written: benchmarks/results/{write(result, circumstances).name}", flush=True)
    except BenchmarkError as error:
        print(f"benchmarks: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the estimators, with default settings, against published numbers, and the layers "
        "against other libraries.",
        epilog="Real data are looked for in GATEWISE_DATA, or in ../shared/data.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--threads",
        type=_count,
        default=DEFAULT_THREADS,
        help="threads, or worker processes (default: %(default)s)",
    )
    common.add_argument("--write", action="store_true", help="keep the result in benchmarks/results, by date")
    seeded = argparse.ArgumentParser(add_help=False)
    seeded.add_argument(
        "--seeds",
        type=_count,
        help=f"networks per cell (default: {DEFAULT_SEEDS}; recall: {RECALL_SEEDS}, claims: {CLAIM_SEEDS}, "
        f"verdicts: {VERDICT_SEEDS}, gradients: {GRADIENT_SEEDS}, equal: {EQUAL_SEEDS})",
    )
    commands = parser.add_subparsers(title="benchmarks", metavar="NAME", required=True)

    def add(
        name: str,
        results: Callable[[argparse.Namespace], Iterator[Result]],
        summary: str,
        parents: Sequence[argparse.ArgumentParser] = (seeded, common),
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, parents=[*parents], help=summary, description=f"{summary[0].upper()}{summary[1:]}."
        )
        command.set_defaults(results=results)
        return command

    add("m4-weekly", _m4_weekly, "forecasts of 359 weekly series: sMAPE, MASE, OWA")
    etth1 = add("etth1", _etth1, "forecasts of 7 hourly channels: MSE and MAE over every window")
    etth1.add_argument(
        "--horizon", type=int, choices=HORIZONS, default=HORIZONS[0], help="rows ahead (default: %(default)s)"
    )
    add("classify", _classify, "accuracy on three sets of the UEA archive")
    add("fsdd", _fsdd, "spoken digits of known speakers and of an unknown one: accuracy")
    add("snips", _snips, "intent and slots of spoken requests: accuracy, F1 of spans, whole sentences")
    add("ud-atis", _ud_atis, "parts of speech of English ATIS: accuracy per word")
    add("recall", _recall, "delayed recall: accuracy, verdict and reach of the gradient")
    adding = add("adding", _adding, "the adding problem: mean squared error over 200, 400 and 600 steps")
    adding.add_argument("--lengths", nargs="+", type=_count, default=ADDING_LENGTHS, help="steps")
    add("looking", _looking, "seconds that looking inside takes", parents=(common,))
    add("symbols", _symbols, "what trained cells keep of the symbol of delayed recall")
    add("marks", _marks, "in how many GRUs the update gate opens at the marks of the adding problem")
    add("columns", _columns, "what columns that say nothing cost a forecast")
    add("covid", _covid, "one value per sequence: RMSE on Covid3Month")
    claims = add(
        "claims", _claims, "what tutorials say about the three cells: measurement, and whether it holds"
    )
    claims.add_argument(
        "--stored",
        type=Path,
        metavar="JSON",
        help="write table, page and picture again from this file of numbers, and measure nothing",
    )
    statistics = add(
        "statistics", _statistics, "how often the intervals of a comparison hold, by simulation", (common,)
    )
    statistics.add_argument("--trials", type=_count, help="of each kind (default: 1000)")
    add("self-compare", _self_compare, "how often a cell compared with itself is named a winner")
    verdicts = add(
        "verdicts", _verdicts, "data sets with a known right answer: how often the verdict is wrong"
    )
    _add_verdict_options(verdicts)
    equal = add("equal", _equal, "whether every cell is trained at its best rate, with curves of all three")
    equal.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="of the data sets (default: all of them)"
    )
    equal.add_argument(
        "--factors", nargs="+", type=_seconds, help="rates, in units of the usual one (default: 0.5 1 2)"
    )
    equal.add_argument(
        "--folder",
        type=Path,
        help="where trainings are kept; those that are there are not run again (default: gatewise-output/equal)",
    )
    field = add(
        "field", _field, "the three cells beside all rivals on every data set at hand: who wins", (common,)
    )
    field.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="of the data sets (default: all of them)"
    )
    field.add_argument("--budget", type=_seconds, help="seconds for each public data set (default: 240)")
    field.add_argument(
        "--folder",
        type=Path,
        help="where comparisons are kept; those that are there are not run again (default: gatewise-output/field)",
    )
    for competition in ("m1", "m3"):
        short = add(competition, _short_series, f"short series of the {competition.upper()} competition")
        short.add_argument(
            "--kinds", nargs="+", choices=SHORT_SERIES, default=SHORT_SERIES, help="of series (default: all)"
        )
        short.set_defaults(competition=competition)
    add("budgets", _budgets, "the weather under budgets of one, two and four minutes", (common,))
    add(
        "m4-errors",
        _m4_errors,
        "errors of every candidate on each of 359 weekly series, to try rules of choice on",
    )
    add("gradients", _gradients, "which measure of memory tells the better of two cells")
    choice = add(
        "choice", _choice, "what a rule that picks a candidate costs, on the errors of m4-errors", (common,)
    )
    choice.add_argument("--trials", type=_count, help="sub-samples of each size (default: 1000)")
    serve = add(
        "serve", _serve, "the server under load: steps and sequences a second, memory of a session", (common,)
    )
    serve.add_argument("--seconds", type=_seconds, default=5.0, help="of each load (default: 5)")
    add("inspector", _inspector, "the page of gatewise inspect in a browser: milliseconds", (common,))
    add("stream", _stream, "a step of a model beside a step of its layer: microseconds", (common,))
    add("startup", _startup, "seconds until commands answer, beside import torch", (common,))
    add("export", _export, "a step in exported C beside our kernels", (common,))
    add("first-hour", _first_hour, "public files, first try: starts, silence and walls", (common,))
    arm64 = add("arm64", _arm64, "kernels, streams, fit and compare on arm64, under qemu-user", (common,))
    arm64.add_argument(
        "--folder", type=Path, help="where its Debian is kept; 2 GB (default: gatewise-output/arm64)"
    )
    add("jsb", _jsb, "polyphonic music, JSB chorales: nats per frame")
    add("all", _all, "all of these, one after the other")
    shakespeare = add("shakespeare", _shakespeare, "characters of Tiny Shakespeare: nats per character")
    shakespeare.add_argument(
        "--seconds", type=_seconds, default=300.0, help="of training, per network (default: %(default)g)"
    )
    shakespeare.add_argument(
        "--updates",
        type=int,
        metavar="N",
        help="updates of the network planned for so many seconds, in place of them",
    )
    shakespeare.add_argument("--cells", nargs="+", choices=CELLS, default=CELLS, help="which to train")
    bits = add("bits", _bits, "whether another checkout computes the same bits", (common,))
    bits.add_argument("--against", type=Path, required=True, help="the other checkout")
    layers = add("layers", _layers, "speed and memory of the layers beside other libraries", (common,))
    _add_layers_options(layers)
    return parser


def _add_layers_options(parser: argparse.ArgumentParser) -> None:
    from benchmarks.layers.grid import CELLS, Mode

    modes = [str(mode) for mode in Mode]
    parser.add_argument("--modes", nargs="+", choices=modes, default=modes, help="what to measure")
    parser.add_argument("--cells", nargs="+", choices=list(CELLS), default=list(CELLS), help="of which cells")
    parser.add_argument(
        "--shapes",
        nargs="+",
        type=_shape,
        default=[],
        metavar="I/H/B/T",
        help="features, units, rows and steps of train, infer and ragged (default: the grid)",
    )
    parser.add_argument("--quick", action="store_true", help="three shapes of the grid, fewer turns")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="CHECKOUT",
        help="measure beside the layers of another checkout instead of other libraries; not memory and start",
    )
    parser.add_argument(
        "--short",
        action="store_true",
        help="measure calls of 1 to 16 steps without gradients instead, accelerated layers beside torch's",
    )


def _add_verdict_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--draws", type=_count, default=1_000, help="of each data set (default: %(default)s)")
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="NAME", help="of the data sets (default: all of them)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where comparisons are kept; those that are there are not run again (default: "
        "gatewise-output/verdicts)",
    )


def _shape(text: str) -> Shape:
    from benchmarks.layers.grid import Shape

    try:
        return Shape.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected more than 0, got {text}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected at least 1, got {value}")
    return value


def _limit_threads(threads: int) -> None:
    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    threadpool_limits(threads)
    torch.set_num_threads(threads)


# Each imports its own module, so that the help does not wait for torch and scikit-learn.


def _m4_weekly(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import m4_weekly

    yield m4_weekly.run(seeds=options.seeds or DEFAULT_SEEDS)


def _etth1(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import etth1

    yield etth1.run(seeds=options.seeds or DEFAULT_SEEDS, horizon=options.horizon)


def _classify(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import classify

    yield classify.run(seeds=options.seeds or DEFAULT_SEEDS)


def _fsdd(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import fsdd

    yield fsdd.run(seeds=options.seeds or DEFAULT_SEEDS)


def _snips(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import snips

    yield snips.run(seeds=options.seeds or DEFAULT_SEEDS)


def _ud_atis(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import ud_atis

    yield ud_atis.run(seeds=options.seeds or DEFAULT_SEEDS)


def _recall(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import recall

    yield recall.run(seeds=options.seeds or RECALL_SEEDS, threads=options.threads)


def _self_compare(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import self_compare

    yield self_compare.run(seeds=options.seeds or DEFAULT_SEEDS, threads=options.threads)


def _verdicts(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.verdicts import run
    from benchmarks.verdicts.compared import FOLDER

    yield run.run(
        seeds=options.seeds or VERDICT_SEEDS,
        threads=options.threads,
        draws=options.draws,
        folder=options.folder or FOLDER,
        names=options.only,
    )


def _budgets(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import budgets

    yield budgets.run(threads=options.threads)


def _equal(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.equal import run as equal

    yield equal.run(
        seeds=options.seeds or EQUAL_SEEDS,
        threads=options.threads,
        names=options.only,
        factors=tuple(options.factors or equal.FACTORS),
        folder=options.folder or equal.FOLDER,
    )


def _field(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.field import compared
    from benchmarks.field import run as field

    yield field.run(
        threads=options.threads,
        budget=options.budget or field.BUDGET,
        names=options.only,
        folder=options.folder or compared.FOLDER,
    )


def _serve(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.serving import run

    yield run.run(options.seconds)


def _inspector(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import inspector

    yield inspector.run()


def _arm64(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.arm64 import run

    yield run.run(options.folder or run.FOLDER)


def _m4_errors(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.choice import unit_errors

    yield unit_errors.run(seeds=options.seeds or DEFAULT_SEEDS)


def _gradients(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import gradients

    yield gradients.run(seeds=options.seeds or GRADIENT_SEEDS)


def _choice(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.choice import run

    yield run.run(trials=options.trials or run.TRIALS)


def _short_series(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import short_series

    for kind in options.kinds:
        yield short_series.run(options.competition, kind, seeds=options.seeds or DEFAULT_SEEDS)


def _shakespeare(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import shakespeare

    yield shakespeare.run(
        seeds=options.seeds or DEFAULT_SEEDS,
        seconds=options.seconds,
        updates=options.updates,
        cells=options.cells,
    )


def _jsb(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import jsb

    yield jsb.run(seeds=options.seeds or DEFAULT_SEEDS)


def _adding(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import adding

    yield adding.run(seeds=options.seeds or DEFAULT_SEEDS, lengths=options.lengths)


def _stream(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import stream

    yield stream.run()


def _startup(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import startup

    yield startup.run()


def _export(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import export

    yield export.run()


def _first_hour(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import first_hour

    yield first_hour.run()


def _looking(options: argparse.Namespace) -> Iterator[Result]:  # noqa: ARG001 - it has none
    from benchmarks import looking

    yield looking.run()


def _columns(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import columns

    yield columns.run(seeds=options.seeds or DEFAULT_SEEDS)


def _symbols(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import symbols

    yield symbols.run(seeds=options.seeds or symbols.SEEDS)


def _marks(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import marks

    yield marks.run(seeds=options.seeds or marks.SEEDS)


def _covid(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import covid

    yield covid.run(seeds=options.seeds or DEFAULT_SEEDS)


def _bits(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks import bits

    yield bits.run(options.against)


def _statistics(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.statistics import run

    yield run.run(trials=options.trials or run.TRIALS)


def _claims(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.claims import page, run

    seeds = options.seeds or CLAIM_SEEDS
    yield (
        page.from_stored(options.stored, seeds)
        if options.stored
        else run.run(seeds=seeds, threads=options.threads)
    )


def _all(options: argparse.Namespace) -> Iterator[Result]:
    yield from _m4_weekly(options)
    for horizon in HORIZONS_OF_ALL:
        yield from _etth1(argparse.Namespace(**{**vars(options), "horizon": horizon}))
    yield from _classify(options)
    yield from _fsdd(options)
    yield from _snips(options)
    yield from _ud_atis(options)
    yield from _recall(options)
    yield from _adding(argparse.Namespace(**{**vars(options), "lengths": ADDING_LENGTHS}))
    yield from _covid(options)
    yield from _claims(options)
    yield from _self_compare(options)
    yield from _gradients(options)
    yield from _jsb(options)


def _layers(options: argparse.Namespace) -> Iterator[Result]:
    from benchmarks.layers import against, short
    from benchmarks.layers.grid import Mode
    from benchmarks.layers.run import Plan, run

    modes = [Mode(name) for name in options.modes]
    plan = Plan(modes, options.cells, options.shapes, options.threads, options.quick)
    if options.short:
        yield from short.run(options.cells, options.shapes, options.threads, quick=options.quick)
    elif options.against is not None:
        yield from against.run(plan, options.against)
    else:
        yield from run(plan)


if __name__ == "__main__":
    sys.exit(main())
