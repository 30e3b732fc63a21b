"""``python -m docs.pictures``: the pictures of README, taken anew of what the package makes today.

``docs/images/report.png`` is the top of the report on ``sample:weather``, compared as ``make demo`` does, or of the
one in a folder that ``--output`` names. ``docs/images/inspector.png`` shows three cells that recall a symbol, with the
LSTM's forget gate held at 0 from step 8 on. It needs Chromium and playwright (``make browser``, ``gatewise[test]``).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

import gatewise
from gatewise.data.samples.recall import recall

IMAGES = Path(__file__).parent / "images"
DEMO = ("compare", "sample:weather", "--horizon", "24", "--budget", "110s")


def compared(folder: Path) -> Path:
    """Compare as the demo does, and return the folder."""
    program = Path(sys.executable).with_name("gatewise")
    subprocess.run([program, *DEMO, "--output", folder], check=True)
    return folder


def recalling(path: Path) -> Path:
    """Write the page of three cells that were trained to recall the first of 22 symbols."""
    data = recall(20, sequences=1500)
    models = [
        gatewise.SequenceClassifier(
            cell,
            hidden_size=32,
            bidirectional=False,
            random_state=0,
            config=gatewise.ClassifierConfig(readout="last"),
        ).fit(data)
        for cell in ("RNN", "LSTM", "GRU")
    ]
    return gatewise.inspect(models, recall(20, sequences=5, seed=1), sequence=5).save(path)


def keep(taken: bytes, path: Path) -> None:
    """Write a picture with at most 256 colours, rare ones as they are: a third of the size, and nobody sees it."""
    rare_kept = Image.Quantize.MAXCOVERAGE
    Image.open(BytesIO(taken)).convert("RGB").quantize(256, rare_kept).save(path, optimize=True)


def take_report(browser: Any, page: Path) -> None:
    """Take the top of a report."""
    tab = browser.new_page(viewport={"width": 1180, "height": 1240})
    tab.goto(page.as_uri())
    keep(tab.screenshot(), IMAGES / "report.png")


def take_inspector(browser: Any, page: Path) -> None:
    """Take the inspector with the gates of LSTM and GRU in view and one of them held."""
    tab = browser.new_page(viewport={"width": 1440, "height": 1200})
    tab.goto(f"{page.as_uri()}#t=8")
    for name in ("forget f", "update z", "f = 0 · LSTM"):
        tab.get_by_role("button", name=name, exact=True).click()
    tab.mouse.move(0, 0)
    keep(tab.screenshot(), IMAGES / "inspector.png")


def main() -> None:
    """Take both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, help="a folder that gatewise compare has written")
    given = parser.parse_args().output
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        output = given or compared(Path(folder) / "output")
        page = recalling(Path(folder) / "gates.html")
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take_report(browser, (output / "report.html").resolve())
        take_inspector(browser, page)
        browser.close()


if __name__ == "__main__":
    main()
