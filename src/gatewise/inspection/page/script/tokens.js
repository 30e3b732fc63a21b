// The tokens of a text, coloured by one unit.
import { css, scaleOf, textOn } from "./colours.js";
import { valueOf } from "./layers.js";
import { say, viewName, visible } from "./words.js";

export class TokensView {
  constructor(state, root) {
    this.state = state;
    this.box = root.querySelector(".tokens");
    this.caption = root.querySelector(".caption");
    this.spans = state.sequence.labels.map((label, step) => {
      const span = document.createElement("span");
      span.dataset.step = step;
      span.textContent = visible(label);
      if (label.includes("\n")) span.append("\n");
      return span;
    });
    this.box.classList.toggle("letters", state.sequence.unit !== "word" || state.task === "language");
    this.box.replaceChildren(...this.spans);
    this.box.addEventListener("pointerdown", (event) => {
      if (event.target.dataset.step) state.go(Number(event.target.dataset.step));
    });
  }

  draw() {
    const { state } = this;
    const lane = state.focused();
    const view = state.viewOf(lane.model);
    const run = state.runOf(lane);
    const values = state.valuesOf(lane);
    const unit = state.unitOf(lane);
    const isGate = view in run.gates;
    const table = scaleOf(isGate);
    const most = isGate ? 1 : state.largest(view);
    const changed = new Map(state.edits.map((edit) => [edit.unit, edit.label]));
    this.spans.forEach((span, step) => {
      const value = valueOf(run, values, step, unit);
      const level = Math.round(255 * (isGate ? value : (value / most + 1) / 2));
      const word = table[Math.max(0, Math.min(255, level))];
      span.style.backgroundColor = css(word);
      span.style.color = textOn(word);
      const label = changed.get(step);
      span.classList.toggle("changed", label !== undefined);
      const shown = visible(label ?? state.sequence.labels[step]);
      if (span.firstChild.data !== shown) span.firstChild.data = shown;
    });
    const who = say("unit.of", { model: lane.model.name, unit });
    this.caption.textContent = say("tokens.caption", { who, what: viewName(view) });
  }

  drawCursor() {
    this.spans[this.marked]?.classList.remove("here");
    this.marked = this.state.step;
    const span = this.spans[this.marked];
    span.classList.add("here");
    const { box } = this;
    const above = span.offsetTop < box.scrollTop;
    const below = span.offsetTop + span.offsetHeight > box.scrollTop + box.clientHeight;
    if (above || below) box.scrollTop = span.offsetTop - box.clientHeight / 2;
  }
}
