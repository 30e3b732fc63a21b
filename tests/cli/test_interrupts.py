"""Ctrl-C is one line and 130, whatever it finds at work."""

from __future__ import annotations

import signal
import subprocess
import sys

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
