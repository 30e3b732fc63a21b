"""The page in a browser: cursor, keys, words, languages, sizes of screens, what if."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inspected import case

import gatewise
from gatewise.inspection import Clamp, what_if
from gatewise.inspection.page.render import words
from gatewise.nn import Cell

pytestmark = pytest.mark.slow

Open = Callable[..., Any]
# Whether every lane, and the input, has a line from top to bottom at the cursor.
MARKED = """() => [...document.querySelectorAll(".lane .overlay, #input .overlay")].map((canvas) => {
  const { state } = inspector, ahead = state.sequence.stamps.length, units = state.steps * state.sequence.size;
  const past = canvas.clientWidth * (1 - (ahead ? Math.min(0.3, ahead / (units + ahead)) : 0));
  const x = Math.round((((state.step + 0.5) / state.steps) * past * canvas.width) / canvas.clientWidth);
  const copy = new OffscreenCanvas(1, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, -x, 0);
  return copy.getImageData(0, 0, 1, canvas.height).data.every((value, place) => place % 4 < 3 || value > 0);
})"""
NAME_OF = "(({ id, className, tagName }) => id || className || tagName)(document.activeElement)"
HAS_INK = """() => {
  const canvas = document.getElementById("lags");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
}"""
BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


def text(page: Any, selector: str) -> str:
    return str(page.inner_text(selector))


def shown_step(page: Any) -> int:
    return int(page.get_attribute("#cursor", "aria-valuenow"))


def drawn(page: Any) -> None:
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_each_of_several_values_has_a_line(open_page: Open) -> None:
    page = open_page("regression_several")
    lines = page.locator(".answer").first.locator("p").all_inner_texts()
    assert [line.partition(":")[0] for line in lines] == ["target 1", "target 2"]


@pytest.mark.parametrize("name", ["classification", "streamed", "frames", "regression_each", "tagging"])
def test_a_step_of_the_cursor_moves_all_lanes(name: str, open_page: Open) -> None:
    page = open_page(name, "#t=3")
    lanes = page.locator(".lane").count()
    assert lanes == sum(model.networks_[0].cell.directions for model in case(name).models.values())
    page.focus("#cursor")
    for key, step in (("ArrowRight", 4), ("ArrowRight", 5), ("ArrowLeft", 4), ("Home", 1)):
        page.keyboard.press(key)
        drawn(page)
        assert shown_step(page) == step
        marked = page.evaluate(MARKED)
        # Tokens have no canvas over the input.
        assert all(marked[1:] if page.is_hidden("#input .plot") else marked)
    assert page.locator(".at-cursor").count() == lanes


def test_keys_step_by_ten_to_the_ends_and_play(open_page: Open) -> None:
    page = open_page("language", "#t=5")
    steps = page.evaluate("inspector.state.steps")
    for key, step in (
        ("Shift+ArrowRight", 15), ("Shift+ArrowLeft", 5), ("End", steps), ("ArrowRight", steps), ("PageUp", steps - 10),
    ):  # fmt: skip
        page.keyboard.press(key)
        drawn(page)
        assert shown_step(page) == step
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.wait_for_function("inspector.state.step > 1")
    assert page.get_attribute("#play", "aria-label") == words("en")["cursor.pause"]
    page.keyboard.press("Space")
    page.wait_for_function("!inspector.state.playing")
    drawn(page)
    here = shown_step(page)
    page.wait_for_timeout(600)
    assert shown_step(page) == here


def test_the_address_says_the_step_and_keeps_it(open_page: Open) -> None:
    page = open_page("streamed", "#t=7")
    assert shown_step(page) == 7
    page.keyboard.press("ArrowRight")
    page.wait_for_function("location.hash === '#t=8'")
    page.evaluate("location.hash = '#t=2'")
    page.wait_for_function("document.getElementById('cursor').getAttribute('aria-valuenow') === '2'")


def test_a_pointer_sets_step_and_unit(open_page: Open) -> None:
    page = open_page("streamed")
    body = page.locator(".lane .body").nth(2)
    width, steps = body.bounding_box()["width"], page.evaluate("inspector.state.steps")
    # Fourth of five rows, third of the steps.
    body.click(position={"x": width * 2.5 / steps, "y": 128 * 3.5 / 5})
    drawn(page)
    assert shown_step(page) == 3
    unit = page.evaluate("inspector.state.lanes()[2].layer.units[3]")
    value = page.evaluate(
        "inspector.state.now[2].runs[0].states.h[2 * 5 + inspector.state.lanes()[2].layer.units[3]]"
    )
    spoken, shown = body.get_attribute("aria-valuetext").split(", h ")
    assert spoken == f"GRU, unit {unit}"
    assert float(shown.replace("−", "-")) == pytest.approx(value, rel=0.05)
    assert f"GRU unit {unit} " in text(page, "#words-here")
    body.focus()
    page.keyboard.press("ArrowUp")
    drawn(page)
    assert body.get_attribute("aria-valuenow") == "3"


def test_the_order_of_the_keyboard(open_page: Open) -> None:
    page = open_page("streamed")
    page.evaluate("document.body.focus()")
    found = []
    for _ in range(40):
        page.keyboard.press("Tab")
        found.append(page.evaluate(NAME_OF))
    order = ["language", "step-back", "play", "step-on", "all-states", "all-gates", "cursor"]
    assert found[: len(order)] == order
    rest = found[len(order) :]
    assert rest.count("body stack") == 3
    assert rest.index("gate") > rest.index("body stack")
    assert rest.index("hold") > rest.index("scope") > rest.index("gate-value") > rest.index("gate")


def test_every_control_has_a_name(open_page: Open) -> None:
    page = open_page("tagging")
    unnamed = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input, [role=slider], [tabindex]")].filter((one) =>
          one.checkVisibility() && !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length)
        ).map((one) => one.outerHTML)"""
    )
    assert unnamed == []
    assert page.get_attribute("#words-here", "aria-live") == "polite"
    assert page.get_attribute("#cursor", "aria-valuetext") == text(page, "#here")


def test_the_language_switch(open_page: Open) -> None:
    page = open_page("streamed", locale="en-GB")
    assert text(page, "#title") == "What RNN, LSTM and GRU did with sequence 2"
    page.click("#language")
    drawn(page)
    chinese = words("zh")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert text(page, "#title") == "RNN、LSTM 和 GRU 如何处理第 2 个序列"
    for element in page.query_selector_all("[data-word]"):
        assert element.text_content() == chinese[element.get_attribute("data-word")]
    assert "更新门 z" in text(page, "#lanes")
    assert "候选值" in text(page, "#words-here")
    assert not re.search(r"[a-z]{4,} [a-z]{3,}", text(page, "#words-here").replace("tanh", ""))
    page.wait_for_function("location.hash.includes('lang=zh')")
    page.click("#language")
    drawn(page)
    assert text(page, "#title").startswith("What RNN")


def test_a_reader_of_chinese_gets_chinese(open_page: Open) -> None:
    assert text(open_page("streamed", locale="zh-CN"), "#language") == "English"
    assert text(open_page("streamed", "#lang=zh"), "#language") == "English"


@pytest.mark.parametrize(
    "name", ["classification", "tagging", "language", "frames", "forecast", "regression_each"]
)
def test_a_narrow_screen_needs_no_scrolling_sideways(name: str, open_page: Open) -> None:
    page = open_page(name, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#language")
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_light_and_dark(open_page: Open) -> None:
    colours = [
        open_page("streamed", color_scheme=scheme).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for scheme in ("light", "dark")
    ]
    assert colours == ["rgb(253, 253, 251)", "rgb(20, 23, 26)"]


def answer(page: Any, model: int) -> list[float]:
    return list(page.evaluate("(model) => Array.from(inspector.state.now[model].answer.whole)", model))


def test_holding_a_gate_moves_its_model_and_back_restores_it(open_page: Open) -> None:
    page = open_page("streamed", "#t=3")
    before = [answer(page, model) for model in range(3)]
    page.click("text=z = 1 · GRU")
    page.wait_for_function("inspector.state.now !== inspector.state.before")
    drawn(page)
    assert text(page, "#held") == "z = 1, all units, from step 3\n×"
    line = text(page, "#python")
    assert line == 'what_if(model, X, Clamp("update", 1, since=2), sequence="2")'
    # The line computes what the page shows, on the sequence that it shows.
    given = case("streamed")
    names = {"what_if": what_if, "Clamp": Clamp, "model": given.models["GRU"], "X": given.data}
    assert eval(line, names).name == page.evaluate("inspector.state.sequence.name") == "2"
    after = [answer(page, model) for model in range(3)]
    assert after[:2] == before[:2]
    assert after[2] != before[2]
    # The slider goes on moving what is held.
    page.fill("#gate-value", "0.5")
    page.wait_for_function("inspector.state.clamps[0].value === 0.5")
    page.click("#back")
    drawn(page)
    assert [answer(page, model) for model in range(3)] == before
    assert text(page, "#held") == ""
    assert page.is_disabled("#back")


def test_holding_the_outlined_unit_alone(open_page: Open) -> None:
    page = open_page("streamed", "#t=2")
    page.locator(".lane .body").nth(1).focus()
    page.keyboard.press("ArrowDown")
    page.select_option("#scope", "unit")
    page.select_option("#gate", "h")
    page.fill("#gate-value", "-1")
    page.click("#hold")
    page.wait_for_function("inspector.state.now !== inspector.state.before")
    (clamp,) = page.evaluate("inspector.state.clamps")
    unit = page.evaluate("inspector.state.lanes()[1].layer.units[1]")
    assert {"name": "h", "value": -1, "since": 1, "unit": unit, "model": 1}.items() <= clamp.items()


def test_changing_a_value_a_word_and_a_symbol(open_page: Open) -> None:
    page = open_page("streamed", "#t=4")
    before = [answer(page, model) for model in range(3)]
    page.fill("#amount", "3.5")
    page.wait_for_function("inspector.state.now !== inspector.state.before")
    assert all(answer(page, model) != before[model] for model in range(3))
    drawn(page)
    assert text(page, "#python") == 'what_if(model, X, Change(3, 3.5), sequence="2")'
    page = open_page("tagging", "#t=1")
    page.click(".tokens span >> nth=2")
    drawn(page)
    assert shown_step(page) == 3
    page.select_option("#label", label="Kyiv")
    page.wait_for_function("inspector.state.now !== inspector.state.before")
    drawn(page)
    assert text(page, ".tokens .changed") == "Kyiv"


def test_the_gates_are_shown_for_all_models_at_once(open_page: Open) -> None:
    page = open_page("streamed")
    page.click("#all-gates")
    drawn(page)
    pressed = page.eval_on_selector_all(
        ".lane .views [aria-pressed=true]", "all => all.map((one) => one.textContent)"
    )
    assert pressed == ["h", "forget f", "update z"]
    page.click(".lane >> nth=2 >> text=reset r")
    drawn(page)
    assert page.evaluate("inspector.state.viewOf(inspector.state.models[2])") == "reset"


def test_what_is_too_large_is_shown_and_says_why(open_page: Open, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    X = [random.normal(size=(20, 1)).astype(np.float32) for _ in range(6)]
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=1))
    model = gatewise.SequenceClassifier("GRU", hidden_size=130, random_state=0, config=config).fit(
        X, list("ababab")
    )
    inspection = gatewise.inspect(model, X)
    page = open_page(inspection.save(tmp_path / "large.html"), "#t=5")
    assert text(page, "#why-not").startswith("GRU: 130 units; their weights do not fit into one page")
    assert page.is_hidden(".holding")
    shown = page.evaluate(
        "() => { const { state } = inspector; return Array.from(state.before[0].runs[0].gates.update); }"
    )
    (layer, _) = inspection.seen[0].trace.layers
    units = inspection.payload["models"][0]["layers"][0]["units"]
    assert len(units) == 64
    np.testing.assert_allclose(shown, layer.gates["update"][:, units].ravel(), atol=0.5 / 255 + 1e-6)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("recordings", "LSTM and GRU: a recording is shown as levels and cannot be changed here"),
        ("convolved", "GRU and CIFG read convolutions of the input"),
    ],
)
def test_an_input_that_the_page_does_not_compute_is_held_and_says_why(
    name: str, says: str, open_page: Open
) -> None:
    page = open_page(name)
    assert text(page, "#why-not").startswith(says)
    assert page.is_hidden("#inputs")
    page.click("#presets button >> nth=0")
    page.wait_for_function("inspector.state.now !== inspector.state.before")


def test_a_cell_of_a_users_own_is_shown(open_page: Open, tmp_path: Path) -> None:
    def step(projected: Any, states: Any, weights: Any) -> Any:
        new = (projected + states[0] @ weights.hidden.T).tanh()
        return (0.9 * states[0] + 0.1 * new,), {}

    leaky = Cell("leaky-own", "leaky RNN", ("h",), ("candidate",), step=step)
    X = [np.sin(np.arange(15) * rate)[:, None] for rate in (0.1, 0.2, 0.3, 0.4)]
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=1))
    model = gatewise.SequenceClassifier(leaky, hidden_size=4, random_state=0, config=config).fit(
        X, list("abab")
    )
    page = open_page(gatewise.inspect(model, X).save(tmp_path / "own.html"))
    assert "not those of leaky-own" in text(page, "#why-not")
    assert "has no gate" in text(page, "#words-here")


def test_the_end_of_a_long_sequence_is_computed_from_the_state_before_it(
    open_page: Open, tmp_path: Path
) -> None:
    random = np.random.default_rng(0)
    X = [random.normal(size=(30, 1)).astype(np.float32) for _ in range(6)]
    config = gatewise.ClassifierConfig(
        training=gatewise.TrainingConfig(steps=2), most_tokens=10_000, features="patches"
    )
    models = {
        name: gatewise.SequenceClassifier(
            name, hidden_size=4, random_state=0, config=config, bidirectional=both
        )
        for name, both in (("GRU", False), ("LSTM", True))
    }
    long = random.normal(size=(2500, 1)).astype(np.float32)
    for model in models.values():
        model.fit(X, list("ababab"))
        model.inputs_ = type(model.inputs_)(1, True, model.inputs_.scaler)
    page = open_page(gatewise.inspect(models, [long]).save(tmp_path / "long.html"), "#t=2400")
    assert shown_step(page) == 2400
    assert page.evaluate("inspector.state.difference") < 1e-5
    assert "The last 2000 of 2500 steps are shown" in text(page, "#notes")
    assert text(page, "#why-not").startswith("LSTM reads from both ends")
    page.click("text=200")
    drawn(page)
    assert page.evaluate("inspector.state.span.count") == 200


def test_the_gradient_by_lag_is_drawn(open_page: Open, tmp_path: Path) -> None:
    given = case("streamed")
    lags = {"GRU": {"before": [1.0, 0.5, 0.2], "after": [1.0, 0.9, 0.8]}}
    found = gatewise.inspect(given.models, given.data, gradients=lags)
    page = open_page(found.save(tmp_path / "lags.html"))
    assert page.is_visible("#lags")
    assert text(page, "#lag-names") == "▲ GRU"
    assert page.evaluate(HAS_INK)
    without = gatewise.inspect(given.models, given.data, gradients={})
    assert open_page(without.save(tmp_path / "none.html")).is_hidden("#lags")
    assert text(open_page("streamed"), "#lag-names").split() == ["●", "RNN", "■", "LSTM", "▲", "GRU"]


def test_a_notebook_shows_the_page(open_page: Open, tmp_path: Path) -> None:
    given = case("streamed")
    notebook = tmp_path / "notebook.html"
    notebook.write_text(
        f"<meta charset=utf-8>{gatewise.inspect(given.models, given.data)._repr_html_()}", encoding="utf-8"
    )
    page = open_page(notebook)
    frame = page.frames[1]
    frame.wait_for_function("window.inspector !== undefined")
    frame.press("#cursor", "ArrowRight")
    page.wait_for_timeout(400)  # the address would be written by now
    assert frame.evaluate("inspector.state.step") == frame.evaluate("(inspector.state.steps >> 1) + 1")


def test_many_symbols_are_named_and_few_are_offered(open_page: Open, tmp_path: Path) -> None:
    text_of_words = " ".join(f"w{number % 7 * 60 + number % 60}" for number in range(2000))
    config = gatewise.LanguageModelConfig(training=gatewise.TrainingConfig(steps=2))
    model = gatewise.LanguageModel("GRU", level="word", hidden_size=4, random_state=0, config=config)
    model.fit(text_of_words)
    found = gatewise.inspect(model, text_of_words[:200])
    assert len(found.payload["models"][0]["answer"]["names"]) > 400
    page = open_page(found.save(tmp_path / "words.html"), "#t=9")
    assert page.evaluate("inspector.state.difference") < 1e-5
    names = page.eval_on_selector_all("#answers .name", "all => all.map((one) => one.textContent)")
    assert len(names) >= 4
    assert "?" not in names
    assert page.locator("#label option").count() < 130


def test_what_a_page_leaves_out_is_noted(open_page: Open, tmp_path: Path) -> None:
    X = [np.random.default_rng(0).normal(size=(length, 1)).astype(np.float32) for length in (450, 12)]
    config = gatewise.RegressorConfig(members=2, readout="last", training=gatewise.TrainingConfig(steps=2))
    model = gatewise.SequenceRegressor(
        "LSTM", hidden_size=3, bidirectional=False, random_state=0, config=config
    )
    model.fit(X, [0.0, 1.0])
    page = open_page(
        gatewise.inspect(model, X, member=1, path=tmp_path / "two.html").save(tmp_path / "two.html")
    )
    notes = text(page, "#notes")
    assert "LSTM: network 2 of 2; the model's answer is the mean of all of them." in notes
    assert "measured on sequences of up to 400 steps" in notes
    words_of_text = [f"w{number}" for number in range(600)]
    config = gatewise.ClassifierConfig(training=gatewise.TrainingConfig(steps=2))
    reader = gatewise.SequenceClassifier("GRU", hidden_size=3, random_state=0, config=config)
    reader.fit([words_of_text, words_of_text[:9]] * 2, ["a", "b"] * 2)
    page = open_page(gatewise.inspect(reader, [words_of_text]).save(tmp_path / "text.html"))
    assert "512 of 600 words are read" in text(page, "#notes")
