"""Kernels as torch operators: derivatives, compilers, transformations, threads, processes, memory."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from cells import CELLS, CellCase, assert_same, everything, random_state, tensors
from torch import Tensor
from torch.export import Dim, export
from torch.func import functional_call
from torch.library import opcheck
from torch.utils.checkpoint import checkpoint
from torch.utils.data import DataLoader
from workers import Collate, Encoded, send_train_step, train_step

from gatewise.kernels.call import teams
from gatewise.kernels.call.run import Run
from gatewise.kernels.cells.registry import KERNELS
from gatewise.kernels.record.sizes import saved_counts
from gatewise.nn import GRU, LSTM, Recurrent, use_backend
from gatewise.nn.backends import Choice
from gatewise.nn.cells.registry import CELLS as KNOWN
from gatewise.nn.operators import autograd
from gatewise.nn.operators.library import Operator

all_cells = pytest.mark.parametrize("case", CELLS, ids=lambda case: case.name)
# torch's own, when it imports or traces what it needs for this.
quiet = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
LENGTHS = [3, 1]


@pytest.fixture(autouse=True)
def _every_batch_is_worth_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teams, "_WORTH_A_THREAD", 1)


@pytest.fixture
def two_threads() -> Iterator[None]:
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


def gradients(layer: Recurrent, loss: Tensor, *others: Tensor, **options: Any) -> list[Tensor]:
    return list(torch.autograd.grad(loss, [*others, *layer.parameters()], **options))


def equal(one: list[Tensor], other: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


# Derivatives.


def as_function(layer: Recurrent, lengths: list[int] | None) -> tuple[Callable[..., Any], list[Tensor]]:
    """A layer as a function of its input, states and weights; and some of these."""
    states = len(layer.states)
    x = torch.randn(3, 2, layer.input_size, dtype=torch.float64, requires_grad=True)
    inputs = [x, *tensors(random_state(layer, 2)), *layer.parameters()]

    def function(x: Tensor, *rest: Tensor) -> tuple[Tensor, ...]:
        parameters = dict(zip(dict(layer.named_parameters()), rest[states:], strict=True))
        h_0 = rest[0] if states == 1 else tuple(rest[:states])
        output, state = functional_call(layer, parameters, (x, h_0), {"lengths": lengths})
        return (output, *tensors(state))

    return function, inputs


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@all_cells
def test_first_derivatives(case: CellCase, lengths: list[int] | None) -> None:
    layer = case.make(2, 3, bidirectional=True, dtype=torch.float64)
    assert torch.autograd.gradcheck(*as_function(layer, lengths))


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@all_cells
def test_second_derivatives(case: CellCase, lengths: list[int] | None) -> None:
    layer = case.make(1, 2, dtype=torch.float64)
    assert torch.autograd.gradgradcheck(*as_function(layer, lengths))


def test_third_derivatives_are_those_of_the_reference() -> None:
    layer = LSTM(2, 3, dtype=torch.float64)
    x = torch.randn(3, 2, 2, dtype=torch.float64, requires_grad=True)

    def third() -> Tensor:
        result = layer(x)[0]
        for _ in range(2):
            (result,) = torch.autograd.grad(result.square().sum(), x, create_graph=True)
        return torch.autograd.grad(result.square().sum(), x)[0]

    got = third()
    with use_backend("reference"):
        assert_same([got], [third()], 3)


@pytest.mark.parametrize("lengths", [None, LENGTHS])
@all_cells
def test_going_back_again_gives_the_same_bits(case: CellCase, lengths: list[int] | None) -> None:
    # The first time overwrites what was saved, and the second has it computed again.
    layer, x = case.make(3, 17, 2, bidirectional=True), torch.randn(3, 2, 3, requires_grad=True)
    loss = layer(x, lengths=lengths)[0].square().sum()
    first, second, third = (gradients(layer, loss, x, retain_graph=True) for _ in range(3))
    assert equal(first, second)
    assert equal(first, third)


@pytest.mark.usefixtures("two_threads")
def test_two_threads_may_go_back_over_one_graph() -> None:
    layer, x = GRU(32, 128), torch.randn(60, 16, 32, requires_grad=True)
    expected = gradients(layer, layer(x)[0].square().sum(), x)
    for _ in range(4):
        loss, results = layer(x)[0].square().sum(), []

        def back(loss: Tensor = loss, results: list[list[Tensor]] = results) -> None:
            results.append(gradients(layer, loss, x, retain_graph=True))

        together([back, back])
        assert [equal(result, expected) for result in results] == [True, True]


def test_what_is_saved_may_be_kept_elsewhere() -> None:
    layer, x = LSTM(3, 5), torch.randn(4, 2, 3, requires_grad=True)
    expected = gradients(layer, layer(x)[0].square().sum(), x)
    with torch.autograd.graph.save_on_cpu():
        loss = layer(x)[0].square().sum()
    for _ in range(2):
        assert equal(gradients(layer, loss, x, retain_graph=True), expected)


@pytest.mark.parametrize("reentrant", [False, True])
def test_checkpoints(reentrant: bool) -> None:
    layer, x = GRU(3, 5, 2), torch.randn(4, 2, 3, requires_grad=True)
    expected = gradients(layer, layer(x)[0].square().sum(), x)
    output = checkpoint(lambda data: layer(data)[0], x, use_reentrant=reentrant)
    output.square().sum().backward()
    assert equal([x.grad, *(weight.grad for weight in layer.parameters())], expected)


@all_cells
def test_only_what_is_looked_at_counts(case: CellCase) -> None:
    layer = case.make(3, 4)
    x = torch.randn(5, 2, 3)
    h_0 = random_state(layer, 2)
    for pick in range(1 + len(layer.states)):

        def results(pick: int = pick) -> list[Tensor]:
            output, state = layer(x, h_0)
            return gradients(layer, (output, *tensors(state))[pick].square().sum(), *tensors(h_0))

        got = results()
        with use_backend("reference"):
            assert_same(got, results(), 5)


@pytest.mark.parametrize("plain", [False, True])
def test_nothing_is_saved_where_nobody_differentiates(plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    forward = Run.forward

    def spied(*args: Any, save: bool) -> None:
        asked.append(save)
        forward(*args, save=save)

    monkeypatch.setattr(Run, "forward", spied)
    monkeypatch.setattr(autograd, "_is_watched", lambda _: not plain)
    layer, x = GRU(2, 3), torch.randn(4, 2, 2)
    layer(x)
    with torch.no_grad():
        layer(x)
    with torch.inference_mode():
        layer(x)
    layer.requires_grad_(False)(x)
    layer(x.requires_grad_())
    assert asked == [True, False, False, False, True]


@all_cells
def test_gradients_of_any_strides_use_the_gates_that_were_kept(
    case: CellCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer, x = case.make(3, 4, batch_first=True), torch.randn(2, 5, 3, requires_grad=True)

    def gradients() -> list[Tensor]:
        output, _ = layer(x)
        # A sum's gradient is one number, seen everywhere.
        return list(torch.autograd.grad(output.square().sum() + output.sum(), [x, *layer.parameters()]))

    with use_backend("reference"):
        wanted = gradients()

    def again(*_: Any, **__: Any) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(Operator, "backward", again)
    assert_same(gradients(), wanted, time=5)


@all_cells
@pytest.mark.parametrize("lengths", [None, [2, 6, 4]])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_plain_tensors_give_the_bits_of_the_operator(
    case: CellCase, dtype: torch.dtype, lengths: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = case.make(5, 7, num_layers=2, bidirectional=True, dtype=dtype)
    x = torch.randn(3, 6, 5, dtype=dtype).transpose(0, 1).requires_grad_()
    state = random_state(layer, 3)

    def found() -> list[Tensor]:
        output, last = layer(x, state, lengths=lengths)
        results = [output, *tensors(last)]
        total = sum((result * torch.arange(result.numel()).view_as(result)).sum() for result in results)
        return [*results, *torch.autograd.grad(total, [x, *tensors(state), *layer.parameters()])]

    plain = found()
    monkeypatch.setattr(autograd, "_is_watched", lambda _: True)
    assert all(torch.equal(one, other) for one, other in zip(plain, found(), strict=True))


def test_tensors_with_gaps_are_not_plain() -> None:
    layer, x, h = GRU(3, 4), torch.randn(5, 2, 3), torch.randn(1, 4, 2).transpose(1, 2)
    wanted, _ = layer(x, h.contiguous())
    assert torch.equal(layer(x, h)[0], wanted)
    turned = torch.complex(torch.zeros(5, 2, 3), -x).conj().imag
    assert turned.is_neg()
    assert torch.equal(layer(turned, h)[0], wanted)


def test_a_batch_of_nobody() -> None:
    layer = LSTM(3, 4)
    output, (h, c) = layer(torch.zeros(5, 0, 3))
    assert (output.shape, h.shape, c.shape) == ((5, 0, 4), (1, 0, 4), (1, 0, 4))


# Compilers.


class Graphs:
    """A backend for torch.compile that keeps what it is given."""

    def __init__(self) -> None:
        self.nodes: list[list[str]] = []

    def __call__(self, module: torch.fx.GraphModule, _example: list[Any]) -> Callable[..., Any]:
        self.nodes.append([str(node.target) for node in module.graph.nodes if node.op == "call_function"])
        return module.forward

    def operators(self) -> list[int]:
        return [sum(target.startswith("gatewise.") for target in graph) for graph in self.nodes]


@pytest.fixture
def graphs() -> Iterator[Graphs]:
    torch._dynamo.reset()
    yield Graphs()
    torch._dynamo.reset()


@pytest.mark.slow
@quiet
@all_cells
def test_compiled_layers_have_one_operator_for_each_layer_and_direction(
    case: CellCase, graphs: Graphs
) -> None:
    layer = case.make(3, 4, 2, bidirectional=True)
    compiled = torch.compile(layer, fullgraph=True, backend=graphs)
    for time in (5, 9, 50):
        x = torch.randn(time, 2, 3)
        assert torch.equal(compiled(x)[0], layer(x)[0])
    # One graph for the first length, and one for all the others.
    assert graphs.operators() == [4, 4]
    assert max(map(len, graphs.nodes)) < 50


@quiet
def test_compiled_layers_take_lengths(graphs: Graphs) -> None:
    layer = GRU(3, 4)
    compiled = torch.compile(layer, fullgraph=True, backend=graphs)
    for time in (5, 9, 50):
        x, lengths = torch.randn(time, 3, 3), torch.tensor([time, 1, 2])
        assert torch.equal(compiled(x, lengths=lengths)[0], layer(x, lengths=lengths)[0])
    assert graphs.operators() == [1, 1]


@pytest.mark.slow
@quiet
@all_cells
def test_compiled_training_gives_the_same_gradients(case: CellCase, graphs: Graphs) -> None:  # noqa: ARG001, it resets
    layer = case.make(3, 4)
    compiled = torch.compile(layer, fullgraph=True, backend="aot_eager")
    for time in (5, 9):
        x = torch.randn(time, 2, 3)
        assert_same(everything(compiled, x), everything(layer, x), time)


@quiet
@pytest.mark.parametrize("batch_first", [False, True])
@all_cells
def test_exported_layers_have_any_length(case: CellCase, batch_first: bool) -> None:
    layer = case.make(3, 4, 2, bidirectional=True, batch_first=batch_first).eval()
    sizes = {0: Dim("rows", min=2, max=500), 1: Dim("columns", min=2, max=500)}
    with torch.no_grad():
        program = export(layer, (torch.randn(6, 6, 3),), dynamic_shapes={"input": sizes})
        targets = [str(node.target) for node in program.graph.nodes if node.op == "call_function"]
        x = torch.randn(31, 7, 3)
        assert torch.equal(program.module()(x)[0], layer(x)[0])
    assert sum(target.startswith("gatewise.") for target in targets) == 4


@quiet
def test_exported_layers_take_lengths() -> None:
    layer = GRU(3, 4).eval()
    shapes = {"input": {0: Dim("time", min=2, max=500)}, "lengths": None}
    lengths = torch.tensor([6, 1, 2])
    with torch.no_grad():
        program = export(layer, (torch.randn(6, 3, 3),), {"lengths": lengths}, dynamic_shapes=shapes)
        x, lengths = torch.randn(31, 3, 3), torch.tensor([3, 31, 2])
        assert torch.equal(program.module()(x, lengths=lengths)[0], layer(x, lengths=lengths)[0])


def operator_inputs(name: str, *, lengths: Tensor | None = None, save: bool = True) -> list[Any]:
    """What the operator of a cell takes: x, states, weights, lengths, reverse, sizes of what is saved."""
    cell = KERNELS[name]
    rows = 4 * cell.blocks
    made: list[Any] = [
        torch.randn(shape).requires_grad_()
        for shape in ((5, 2, 3), (2, 4), (2, 4), (rows, 3), (rows, 4), (rows,), (rows,))
    ]
    if cell.states == 1:
        made[2] = None
    saved = saved_counts(5, 2, 4, cell.stored, cell.states, 4) if save else []
    return [*made, lengths, False, saved]


CHECKS = ("test_schema", "test_autograd_registration", "test_faketensor")
all_operators = pytest.mark.parametrize("name", sorted(cell.kernel or "" for cell in KNOWN.values()))


@quiet
@pytest.mark.parametrize("lengths", [None, torch.tensor([5, 2])], ids=["whole", "ragged"])
@all_operators
def test_torchs_checks_of_operators(name: str, lengths: Tensor | None) -> None:
    operator = getattr(torch.ops.gatewise, name).default
    for save in (True, False):
        opcheck(operator, operator_inputs(name, lengths=lengths, save=save), test_utils=CHECKS)
    # What is saved is overwritten on the way back, unseen by torch, so nothing is saved in this one.
    inputs = operator_inputs(name, lengths=lengths, save=False)
    opcheck(operator, inputs, test_utils="test_aot_dispatch_dynamic")


@quiet
@all_operators
def test_shapes_that_compilers_are_told_of_gradients(name: str) -> None:
    inputs = [one.detach() if isinstance(one, Tensor) else one for one in operator_inputs(name)]
    *rest, reverse, _ = inputs
    y, h_n, c_n, *saved = getattr(torch.ops.gatewise, name)(*inputs)
    grads = (y, h_n, c_n if c_n.numel() else None)
    for needs_x in (True, False):
        opcheck(
            getattr(torch.ops.gatewise, f"{name}_backward").default,
            (*grads, *rest, reverse, needs_x, y, *saved),
            test_utils="test_faketensor",
        )


@quiet
@all_operators
def test_strides_that_compilers_are_told(name: str) -> None:
    inputs = operator_inputs(name)
    for index in (1, 2):
        if inputs[index] is not None:
            inputs[index] = torch.randn(4, 2).T.requires_grad_()
    inputs[0] = torch.randn(2, 5, 3).transpose(0, 1).requires_grad_()
    opcheck(getattr(torch.ops.gatewise, name).default, inputs, test_utils=("test_faketensor",))
    inputs[-1] = []
    opcheck(getattr(torch.ops.gatewise, name).default, inputs, test_utils=("test_aot_dispatch_dynamic",))


# Transformations.


def loss_of(layer: Recurrent) -> Callable[[dict[str, Tensor], Tensor], Tensor]:
    return lambda parameters, x: functional_call(layer, parameters, (x,))[0].square().sum()


def parameters_of(layer: Recurrent) -> dict[str, Tensor]:
    return {name: weight.detach() for name, weight in layer.named_parameters()}


def leaves(tree: Any) -> list[Tensor]:
    return list(torch.utils._pytree.tree_leaves(tree))


TRANSFORMED = {
    "vmap over inputs": lambda loss, p, x: torch.func.vmap(loss, (None, 0))(p, torch.stack([x, 2 * x])),
    "vmap over weights": lambda loss, p, x: torch.func.vmap(loss, (0, None))(
        {name: torch.stack([weight, 2 * weight]) for name, weight in p.items()}, x
    ),
    "grad": lambda loss, p, x: torch.func.grad(loss)(p, x),
    "vjp": lambda loss, p, x: torch.func.vjp(partial(loss, p), x)[1](torch.ones((), dtype=x.dtype)),
    "gradients of each sample": lambda loss, p, x: torch.func.vmap(torch.func.grad(loss), (None, 1))(
        p, x.unsqueeze(2)
    ),
    "jacrev": lambda loss, p, x: torch.func.jacrev(partial(loss, p))(x),
    "grad of grad": lambda loss, p, x: torch.func.grad(
        lambda data: torch.func.grad(partial(loss, p))(data).square().sum()
    )(x),
    "jvp": lambda loss, p, x: torch.func.jvp(partial(loss, p), (x,), (x,)),
    "jacfwd": lambda loss, p, x: torch.func.jacfwd(partial(loss, p))(x),
    "hessian": lambda loss, p, x: torch.func.hessian(partial(loss, p))(x),
    "older jacobian": lambda loss, p, x: torch.autograd.functional.jacobian(
        partial(loss, p), x, vectorize=True
    ),
    "older hessian": lambda loss, p, x: torch.autograd.functional.hessian(partial(loss, p), x),
}


@quiet
@pytest.mark.parametrize("transformed", TRANSFORMED)
@all_cells
def test_transformations_give_what_they_give_of_the_reference(case: CellCase, transformed: str) -> None:
    layer = case.make(2, 3, dtype=torch.float64)
    x = torch.randn(4, 2, 2, dtype=torch.float64)
    arguments = loss_of(layer), parameters_of(layer), x
    got = leaves(TRANSFORMED[transformed](*arguments))
    with use_backend("reference"):
        assert_same(got, leaves(TRANSFORMED[transformed](*arguments)), 4)


@quiet
def test_differentiating_forward_runs_on_the_reference_and_says_why() -> None:
    layer = LSTM(2, 3)
    seen: list[Choice] = []

    def function(x: Tensor) -> Tensor:
        seen.append(layer.backend)
        return layer(x)[0]

    x = torch.randn(4, 2, 2)
    torch.func.jvp(function, (x,), (x,))
    with torch.autograd.forward_ad.dual_level():
        seen.append(layer.backend)
    reason = (
        "kernels differentiate backward, and once under torch.func; "
        "torch's own operators do not run under torch.func"
    )
    assert seen[0] == Choice("reference", reason)
    assert seen[1] == Choice("torch", "kernels differentiate backward, and once under torch.func")
    assert layer.backend.name == "kernels"


# Threads and processes.


def together(work: list[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=one) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_may_change_between_forward_and_backward() -> None:
    layer, x = GRU(7, 17), torch.randn(20, 9, 7, requires_grad=True)
    results = []
    for before, after in ((1, 1), (1, 2), (2, 1), (2, 2)):
        torch.set_num_threads(before)
        loss = layer(x)[0].square().sum()
        torch.set_num_threads(after)
        results.append(gradients(layer, loss, x, retain_graph=True))
        results.append(gradients(layer, loss, x))
    torch.set_num_threads(1)
    for result in results:
        assert_same(result, results[0], 20)


@pytest.mark.usefixtures("two_threads")
def test_models_in_many_threads() -> None:
    inputs = [torch.randn(12, 7, 5) for _ in range(8)]
    layers = [case.make(5, 33) for case in [*CELLS, *CELLS][:8]]
    expected = [train_step(*pair) for pair in zip(layers, inputs, strict=True)]
    right = [0] * 8

    def work(number: int) -> None:
        torch.set_num_threads(2)
        for _ in range(10):
            right[number] += equal(train_step(layers[number], inputs[number]), expected[number])

    together([partial(work, number) for number in range(8)])
    assert right == [10] * 8


@pytest.mark.usefixtures("two_threads")
def test_one_model_for_many_threads() -> None:
    layer = LSTM(5, 33, 2, bidirectional=True)
    inputs = [torch.randn(12, 7, 5) for _ in range(8)]
    with torch.no_grad():
        expected = [layer(x)[0] for x in inputs]
    right = [0] * 8

    def work(number: int) -> None:
        torch.set_num_threads(2)
        with torch.no_grad():
            for _ in range(20):
                right[number] += torch.equal(layer(inputs[number])[0], expected[number])

    together([partial(work, number) for number in range(8)])
    assert right == [20] * 8


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")


@pytest.mark.slow
@pytest.mark.parametrize("start", [pytest.param("fork", marks=forks), "spawn"])
@pytest.mark.usefixtures("two_threads")
def test_other_processes_compute_the_same(start: str) -> None:
    layer, x = GRU(5, 33), torch.randn(12, 7, 5)
    expected = [tensor.numpy().tobytes() for tensor in train_step(layer, x)]
    context = multiprocessing.get_context(start)
    queue = context.SimpleQueue()
    process = context.Process(target=send_train_step, args=(layer, x, queue))
    process.start()
    assert queue.get() == expected
    process.join(300)
    assert process.exitcode == 0


@pytest.mark.slow
@pytest.mark.parametrize("start", [pytest.param("fork", marks=forks), "spawn"])
@pytest.mark.usefixtures("two_threads")
def test_workers_of_a_data_loader(start: str) -> None:
    layer = LSTM(5, 33)
    sequences = [torch.randn(12, 5) for _ in range(8)]
    with torch.no_grad():
        expected = torch.stack([layer(sequence)[0] for sequence in sequences], 1)
    batches = DataLoader(
        Encoded(layer, sequences), batch_size=4, num_workers=1, multiprocessing_context=start
    )
    assert torch.equal(torch.cat(list(batches)).transpose(0, 1), expected)
    if start == "fork":
        batches = DataLoader(
            sequences, 4, num_workers=2, multiprocessing_context=start, collate_fn=Collate(layer)
        )
        assert torch.equal(torch.cat(list(batches), 1), expected)


@pytest.mark.slow
@forks
def test_a_child_runs_kernels_that_its_parent_did_not() -> None:
    # Threads of OpenMP that torch started are lost in the child, and the runtime waits for them for ever.
    program = """
import faulthandler, os, torch
from gatewise.nn import GRU
torch.set_num_threads(2)
layer, x = GRU(64, 128), torch.randn(50, 32, 64)
(torch.randn(1_000_000).sin()).sum()  # with threads
torch.set_grad_enabled(False)
child = os.fork()
if child == 0:
    faulthandler.dump_traceback_later(300, exit=True)
    layer(x)
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
"""
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=600, check=False
    )
    assert ran.returncode == 0, ran.stderr


# Memory.


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc here")
def test_nothing_leaks() -> None:
    layer, x = LSTM(3, 4), torch.randn(2, 2, 3)
    output = torch.ops.gatewise.lstm
    zeros = torch.zeros(2, 4)
    weights = [weight.detach() for weight in layer.parameters()]

    def resident_pages() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1])

    def use(calls: int) -> None:
        for _ in range(calls):
            output(x, zeros, zeros, *weights, None, False, [-1])
        for _ in range(calls // 10):
            gradients(layer, layer(x, lengths=[2, 1])[0].sum())

    use(1000)
    before = resident_pages()
    use(10_000)
    # Two hundred bytes for each call would show.
    assert (resident_pages() - before) * os.sysconf("SC_PAGE_SIZE") < 2_000_000
