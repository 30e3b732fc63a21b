"""Threads that meet inside a kernel, and what a kernel sets on its processor.

Three ways to wait, from the plain to the patient::

    meet          all threads come, however long that takes: streams, on request
    wait          all shares of a phase are finished, whichever thread did them
    meet_within   all threads come soon, or one makes the meeting void and goes on alone
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from gatewise.kernels.compiling.compiled import made_of
from gatewise.kernels.compiling.inner import inner
from gatewise.kernels.threads.atomics import add, give_way, look, replace
from gatewise.kernels.vector.simd import INDEX

__all__ = [
    "ALONE",
    "LEFT",
    "PACK",
    "PHASES",
    "TIME",
    "TOGETHER",
    "WEIGHTS",
    "alone",
    "fan_out",
    "flush_denormals",
    "meet",
    "meet_within",
    "phase_at",
    "restore_denormals",
    "shared_out",
    "start",
    "wait",
]

# Phases of a job.
PACK, TIME, WEIGHTS = range(3)
PHASES = 3
# How a meeting with an end to its patience ends.
TOGETHER, ALONE, LEFT = range(3)
_VOID = -(1 << 62)

_I32 = ir.IntType(32)
# Looks before a thread gives its processor away. With 200,000 of them, calls beside a busy process took twice as long.
_SPINS = 4000
# Flush results to zero, and take denormal operands for zero.
_X86_FLUSH = 0x8040
_ARM_FLUSH = 1 << 24
_X86 = "x86_64"
_ARM = ("aarch64", "arm64")


@intrinsic
def flush_denormals(typingctx):
    """Have this thread compute with zero instead of denormals, which are many times slower; returns what was set."""

    def codegen(context, builder, signature, args):
        before = _read_control(builder)
        if before is None:
            return ir.Constant(INDEX, 0)
        flush = _X86_FLUSH if before.type == _I32 else _ARM_FLUSH
        _write_control(builder, builder.or_(before, ir.Constant(before.type, flush)))
        return builder.zext(before, INDEX) if before.type == _I32 else before

    return types.int64(), codegen


@intrinsic
def restore_denormals(typingctx, before):
    """Set what ``flush_denormals`` returned."""

    def codegen(context, builder, signature, args):
        kind = _control_type(builder)
        if kind is not None:
            _write_control(builder, builder.trunc(args[0], kind) if kind == _I32 else args[0])
        return context.get_dummy_value()

    return types.void(types.int64), codegen


def _control_type(builder):
    machine = str(builder.module.triple).split("-")[0]
    if machine == _X86:
        return _I32
    return INDEX if machine in _ARM else None


def _read_control(builder):
    kind = _control_type(builder)
    if kind == _I32:
        slot = cgutils.alloca_once(builder, _I32)
        _control_call(builder, "llvm.x86.sse.stmxcsr", slot)
        return builder.load(slot)
    if kind == INDEX:
        get = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(INDEX, []), "llvm.aarch64.get.fpcr"
        )
        return builder.call(get, [])
    return None


def _write_control(builder, value):
    if value.type == _I32:
        slot = cgutils.alloca_once(builder, _I32)
        builder.store(value, slot)
        _control_call(builder, "llvm.x86.sse.ldmxcsr", slot)
    else:
        put = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(ir.VoidType(), [INDEX]), "llvm.aarch64.set.fpcr"
        )
        builder.call(put, [value])


def _control_call(builder, name, slot):
    byte = ir.IntType(8).as_pointer()
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(ir.VoidType(), [byte]), name)
    builder.call(function, [builder.bitcast(slot, byte)])


@inner
def meet(barrier, team):
    """Wait until as many threads have come here; ``barrier`` is the address of two integers, 0 at first."""
    if team == 1:
        return
    generation = look(barrier + 8)
    if add(barrier, 1) == team - 1:
        add(barrier, -team)
        add(barrier + 8, 1)
        return
    spins = 0
    while look(barrier + 8) == generation:
        spins += 1
        if spins > _SPINS:
            give_way()


def shared_out(work):
    """Make a phase of a kernel from ``work``, which does one share of it.

    A thread does its own shares, those that fall to the parts of the job from ``first`` to before ``last``, and
    then each that no thread has taken: a share is usually done where its data are in the cache, but no thread waits
    for one that does not come. For each phase the barrier counts the shares that are finished, and marks each
    one that is taken. ``job.alone`` is set where a thread was missing for as long as a share takes.
    """

    @made_of(work)
    def phase(job, integer, real, first, last, team, number, shares):
        finished = phase_at(job, number)
        start = first * shares // job.shares
        own = max(1, last * shares // job.shares - start)
        for turn in range(shares):
            share = (start + turn) % shares
            taken = finished + 8 * (share + 1)
            # Only the first addition finds a zero; to look before spares the others' caches a write.
            if look(taken) == 0 and add(taken, 1) == 0:
                # In the first phase others may still be waking up.
                if turn >= own and team > 1 and number != PACK:
                    job.alone = 1
                work(job, integer, real, share)
                add(finished, 1)

    return phase


@inner
def phase_at(job, number):
    """Find the address of the count of finished shares of a phase; a mark for each share that is taken follows."""
    return job.barrier + 8 * number * (job.shares + 1)


@inner
def wait(job, number, shares):
    """Wait until all shares of a phase are finished."""
    spins = 0
    while look(phase_at(job, number)) < shares:
        spins += 1
        if spins > _SPINS:
            give_way()


@inner
def meet_within(counter, wanted, patience):
    """Wait for others, but not longer than for so many looks; then make this meeting and all later ones void.

    ``counter`` is the address of how often threads came to meetings, ``wanted`` what it is once all came to this
    one. Only one compare-and-exchange of the same count succeeds, and none once the last thread has come: so no
    thread has passed a meeting that becomes void. The thread that makes it so is ALONE; all others have LEFT.
    """
    count = add(counter, 1) + 1
    looks = 0
    while 0 <= count < wanted:
        looks += 1
        if looks > patience and replace(counter, count, _VOID):
            return ALONE
        count = look(counter)
    return LEFT if count < 0 else TOGETHER


@intrinsic
def _ask(typingctx, function):
    """Call a C function at an address that returns an int."""

    def codegen(context, builder, signature, args):
        callee = ir.FunctionType(_I32, []).as_pointer()
        return builder.sext(builder.call(builder.inttoptr(args[0], callee), []), INDEX)

    return types.int64(types.int64), codegen


@intrinsic
def start(typingctx, function, job, first, last, team):
    """Call a kernel at an address."""

    def codegen(context, builder, signature, args):
        function, job, *rest = args
        byte = ir.IntType(8).as_pointer()
        callee = ir.FunctionType(ir.VoidType(), [byte] * 3 + [INDEX] * 3).as_pointer()
        null = ir.Constant(byte, None)
        builder.call(builder.inttoptr(function, callee), [builder.inttoptr(job, byte), null, null, *rest])
        return context.get_dummy_value()

    return types.void(*(types.int64,) * 5), codegen


def fan_out(call):
    """Do one thread's share of a job: what every thread of an OpenMP team starts with.

    ``call`` points to the addresses of kernel and job, the number of parts, and the addresses of the functions
    that tell a thread's number and the team's size.
    """
    number, team = _ask(call[3]), _ask(call[4])
    parts = call[2]
    start(call[0], call[1], parts * number // team, parts * (number + 1) // team, team)


def alone(call):
    """Do all of a job in one thread; ``call`` points to the same, of which the first two are read."""
    start(call[0], call[1], 0, 1, 1)
