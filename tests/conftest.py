"""Fixtures that every test may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# Small tests on two cores run faster, and the same way everywhere, with one thread of arithmetic; so do the commands
# that they start. Libraries read this when they are imported.
os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import torch

from gatewise.estimators.extra import Extra

torch.set_num_threads(1)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets: ``GATEWISE_DATA``, or ``../shared/data`` beside the checkout."""
    default = Path(__file__).parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("GATEWISE_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set GATEWISE_DATA to the folder that holds them")
    return folder


@pytest.fixture(scope="session", autouse=True)
def without_slow_rivals() -> Iterator[None]:
    """Leave AutoETS and AutoTheta out of comparisons: they fit every window anew, and have tests of their own."""
    at_hand = Extra.at_hand.fget
    assert at_hand is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Extra, "at_hand", property(lambda extra: extra.module != "statsforecast" and at_hand(extra))
        )
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, headless; of one module, as its driver keeps an event loop running."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no chromium; apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        # As root, Chromium has no sandbox.
        running = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()
