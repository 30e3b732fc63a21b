"""The pages of a server, one of them in a browser."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from asgi import ask
from served import Server
from serving_models import SEQUENCES, running_sum

from gatewise.serving import create_app

X = SEQUENCES[3]


def test_pages_need_nothing_of_others() -> None:
    app = create_app({"sum": running_sum()}, token="t")
    for path in ("/", "/ui", "/docs"):
        answer = asyncio.run(ask(app, "GET", path, headers={"authorization": "Bearer t"}))
        assert answer.status == 200
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        page = answer.body.decode()
        assert "http://" not in page
        assert "https://" not in page
        assert "//cdn" not in page
    assert "Authorization: Bearer" in page


@pytest.mark.slow
def test_rows_are_answered_and_the_gates_move(server: Server, fitted: dict[str, Any], browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800}, bypass_csp=True)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"http://{server.address}/ui")
    page.wait_for_selector(".units i")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.fill("#rows", "one,two\n" + "\n".join(",".join(map(str, row)) for row in X))
    page.wait_for_function("document.getElementById('place').textContent.endsWith('of 9')")
    expected = fitted["waves"].predict_proba([X])[0]
    shown = page.inner_text("#answer").split("\n")
    np.testing.assert_allclose([float(shown[1]), float(shown[3])], expected, atol=6e-4)
    heights = "[...document.querySelectorAll('.units i')].map((bar) => bar.style.height)"
    last = page.evaluate(heights)
    page.fill("#step", "2")
    assert page.inner_text("#place") == "step 3 of 9"
    assert page.evaluate(heights) != last
    stream = fitted["waves"].open_stream()
    for row in X[:3]:
        answer = stream.step(row)
    assert page.inner_text("#answer").split("\n")[1] == f"{answer[0]:.3f}"
    page.fill("#rows", "1,2\n3,x")
    page.wait_for_function("document.getElementById('error').textContent !== ''")
    assert page.inner_text("#error") == "line 2: expected 2 numbers"
    assert errors == []
    page.close()
