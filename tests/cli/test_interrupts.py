"""Ctrl-C is one line and 130, whatever it finds at work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from gatewise.cli import app as app_module
from gatewise.cli import main


@pytest.mark.parametrize("kind", [KeyboardInterrupt, AttributeError, ImportError])
def test_what_an_interrupted_import_raises_is_a_stop(
    kind: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Where tests run in the background, interrupts may be ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def interrupted() -> None:
        # As pandas does where an interrupt comes in the middle of its import.
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise kind("partially initialized module") from None

    monkeypatch.setattr(app_module, "main", interrupted)
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, capsys.readouterr().err) == (130, "stopped\n")
    signal.signal(signal.SIGINT, before)


def test_an_error_without_an_interrupt_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise AttributeError("a fault of ours")

    monkeypatch.setattr(app_module, "main", broken)
    with pytest.raises(AttributeError, match="a fault of ours"):
        main()


def test_a_command_that_ignores_interrupts_goes_on_doing_so() -> None:
    """As a shell has it that starts one in the background."""
    code = (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nfrom gatewise.cli import main\n"
        "try:\n    main()\nfinally:\n    assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


# Takes the first interrupt and goes on for a minute.
STUBBORN = """
import time
from gatewise.cli import signals
signals.PATIENCE = PATIENCE
signals.interrupts.take_over()
signals.interrupts.last_words = lambda: ["kept"]
try:
    print("begun", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print("first", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("patience", "interrupts"), [(60, 2), (0.2, 1)])
def test_what_does_not_end_is_ended(patience: float, interrupts: int) -> None:
    """By a second interrupt at once, and by the first one after a while."""
    start = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-c", STUBBORN.replace("= PATIENCE", f"= {patience}")],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as ran:  # fmt: skip
        for _ in range(interrupts):
            ran.stdout.readline()
            ran.send_signal(signal.SIGINT)
        _, error = ran.communicate(timeout=50)
    assert (ran.returncode, error) == (130, "kept\nstopped\n")
    assert time.monotonic() - start < 50
