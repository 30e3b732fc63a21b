// The controls that change the input at the cursor.
import { say, visible } from "./words.js";

export class Changing {
  constructor(state, root) {
    this.state = state;
    this.root = root.querySelector("#inputs");
    // All models of a page read the same; one that the page can compute tells how.
    this.model = state.models.find((model) => model.computed && !model.change);
    const find = (name) => root.querySelector(`#${name}`);
    this.where = find("where");
    this.channel = find("channel");
    this.place = find("place");
    this.amount = find("amount");
    this.slide = find("amount-slide");
    this.label = find("label");
    this.ranges = new Map();
    if (this.model) this.listen();
  }

  get column() {
    return this.model.reader.kind === "window" ? 0 : this.state.channel;
  }

  listen() {
    const { state } = this;
    this.channel.addEventListener("change", () => {
      state.channel = Number(this.channel.value);
      state.tell("view");
    });
    for (const [from, to] of [
      [this.amount, this.slide],
      [this.slide, this.amount],
    ]) {
      from.addEventListener("input", () => {
        to.value = from.value;
        const value = Number(from.value);
        if (Number.isFinite(value)) state.edit({ unit: state.place, channel: this.column, value });
      });
    }
    this.place.addEventListener("input", () => {
      state.go(state.step, state.step * state.sequence.size + Number(this.place.value) - 1);
    });
    this.label.addEventListener("change", () => {
      state.edit({ unit: state.step, channel: 0, label: this.model.reader.labels[this.label.value] });
    });
  }

  build() {
    this.root.hidden = !this.model;
    if (!this.model) return;
    const { kind, channels, bands, size } = this.state.sequence;
    const { reader } = this.model;
    const tokens = kind === "tokens";
    const roll = kind === "roll";
    const names = roll ? Array.from({ length: bands }, (_, key) => String(key)) : (channels ?? []);
    const hide = (control, hidden) => (control.closest("label").hidden = hidden);
    hide(this.label, !tokens);
    hide(this.amount, tokens);
    hide(this.channel, tokens || reader.kind === "window" || names.length < 2);
    hide(this.place, tokens || size === 1);
    this.slide.hidden = tokens || roll;
    const title = this.channel.previousElementSibling;
    title.dataset.word = roll ? "what_if.key" : "what_if.channel";
    title.textContent = say(title.dataset.word);
    this.channel.replaceChildren(...names.map((name, place) => new Option(name, place)));
    if (tokens) this.label.replaceChildren(...reader.labels.map((label, place) => new Option(visible(label), place)));
  }

  // Puts what stands at the cursor into the controls.
  draw() {
    if (!this.model) return;
    const { state, column } = this;
    const { sequence, place } = state;
    this.where.textContent = say("what_if.at", { step: sequence.first + state.step + 1 });
    const edit = state.edits.find((one) => one.unit === place && one.channel === column);
    if (sequence.kind === "tokens") {
      this.label.value = this.model.reader.labels.indexOf(edit?.label ?? sequence.labels[state.step]);
      return;
    }
    this.place.max = sequence.size;
    this.place.value = place - state.step * sequence.size + 1;
    const series = sequence.kind === "series";
    const given = sequence.values[place * (series ? sequence.channels.length : sequence.bands) + column];
    const value = edit?.value ?? (series ? given : given / 255);
    if (document.activeElement !== this.amount) this.amount.value = Number(value.toPrecision(6));
    if (!series) return;
    const [low, high] = this.rangeOf(column);
    const room = (high - low) / 2;
    Object.assign(this.slide, { min: low - room, max: high + room, step: (high - low) / 200 || 0.01 });
    this.slide.value = this.amount.value;
  }

  rangeOf(channel) {
    if (!this.ranges.has(channel)) {
      const { values, channels } = this.state.sequence;
      const own = values.filter((_, place) => place % channels.length === channel).sort();
      this.ranges.set(channel, [own[0], own.at(-1)]);
    }
    return this.ranges.get(channel);
  }
}
