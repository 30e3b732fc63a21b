"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

# Small tests on two cores run faster, and the same way everywhere, with one thread of arithmetic.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real data sets: ``GATEWISE_DATA``, or ``../shared/data`` beside the checkout."""
    default = Path(__file__).parent.parent.parent / "shared" / "data"
    folder = Path(os.environ.get("GATEWISE_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set GATEWISE_DATA to the folder that holds them")
    return folder
