// Holding gates and units from the cursor on, and changing the input: the controls, and what is held and changed now.
import { LETTERS } from "./cells.js";
import { listed, number, say, viewName, visible } from "./words.js";

// The first thing to try of each gate.
const ORDER = ["update", "reset", "forget", "input", "output"];
const PRESETS = [["update", 1], ["update", 0], ["reset", 0], ["forget", 1], ["forget", 0], ["input", 0], ["output", 0]];

function option(value, text) {
  const made = document.createElement("option");
  made.value = value;
  made.textContent = text;
  return made;
}

export class WhatIf {
  constructor(state, root) {
    this.state = state;
    this.root = root;
    const find = (name) => root.querySelector(`#${name}`);
    Object.assign(this, {
      presets: find("presets"), gate: find("gate"), value: find("gate-value"), slide: find("gate-slide"), scope: find("scope"),
      direction: find("direction"), held: find("held"), back: find("back"), since: find("since"), python: find("python"),
      inputs: find("inputs"), channel: find("channel"), amount: find("amount"), amountSlide: find("amount-slide"), label: find("label"),
      place: find("place"), where: find("where"), spent: find("spent"), why: find("why-not"),
    });
    this.possible = state.models.some((model) => model.computed);
    this.build();
    this.listen();
  }

  build() {
    const { state } = this, computed = state.models.filter((model) => model.computed);
    const gates = ORDER.filter((name) => computed.some((model) => model.gates.includes(name)));
    this.presets.replaceChildren(
      ...PRESETS.filter(([name]) => gates.includes(name)).map(([name, value]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `${LETTERS[name]} = ${value} · ${this.whose(name)}`;
        button.addEventListener("click", () => this.hold(name, value));
        return button;
      })
    );
    const chosen = this.gate.value;
    this.gate.replaceChildren(...gates.map((name) => option(name, `${viewName(name)} · ${this.whose(name)}`)), option("h", say("what_if.state")));
    if (chosen) this.gate.value = chosen;
    this.root.querySelector(".holding").hidden = !this.possible;
    this.direction.closest("label").hidden = !computed.some((model) => model.bidirectional);
    this.buildInputs();
    this.why.replaceChildren(...this.reasons().map((text) => Object.assign(document.createElement("li"), { textContent: text })));
    this.draw();
  }

  whose(name) {
    return this.state.models.filter((model) => model.computed && model.gates.includes(name)).map((model) => model.name).join(", ");
  }

  reasons() {
    const found = new Map(); // what is said, and of which models
    for (const { name, why_not: why, change } of this.state.models) {
      const reason = why ?? change;
      if (!reason) continue;
      const key = `${why ? "why" : "held"}.${reason.code}`, same = JSON.stringify(reason);
      const known = found.get(same) ?? { key, reason, names: [] };
      found.set(same, { ...known, names: [...known.names, name] });
    }
    return Array.from(found.values(), ({ key, reason, names }) => say(key, { ...reason, model: listed(names) }));
  }

  // The models whose input can be changed, and how.
  get changeable() {
    return this.state.models.find((model) => model.computed && !model.change);
  }

  buildInputs() {
    const { state } = this, model = this.changeable, { kind, channels } = state.sequence;
    this.inputs.hidden = !model;
    if (!model) return;
    const tokens = kind === "tokens", window = model.reader.kind === "window";
    this.label.closest("label").hidden = !tokens;
    this.amount.closest("label").hidden = tokens;
    this.amountSlide.hidden = tokens || kind === "roll";
    const names = kind === "roll" ? Array.from({ length: state.sequence.bands }, (_, key) => String(key)) : channels ?? [];
    this.channel.closest("label").hidden = tokens || window || names.length < 2;
    this.channel.previousElementSibling.dataset.word = kind === "roll" ? "what_if.key" : "what_if.channel";
    this.channel.previousElementSibling.textContent = say(this.channel.previousElementSibling.dataset.word);
    this.channel.replaceChildren(...names.map((name, place) => option(place, name)));
    this.place.closest("label").hidden = tokens || state.sequence.size === 1;
    if (tokens) this.label.replaceChildren(...[...model.reader.labels.keys()].map((place) => option(place, visible(model.reader.labels[place]))));
    this.readInput();
  }

  listen() {
    const { state } = this;
    const moved = (from, to) => from.addEventListener("input", () => {
      to.value = from.value;
      this.again();
    });
    moved(this.slide, this.value);
    moved(this.value, this.slide);
    this.root.querySelector("#hold").addEventListener("click", () => this.hold(this.gate.value, Number(this.value.value)));
    this.gate.addEventListener("change", () => {
      const state = this.gate.value === "h";
      for (const control of [this.slide, this.value]) control.min = state ? -1 : 0;
    });
    this.back.addEventListener("click", () => {
      state.back();
      this.back.disabled || this.back.focus();
    });
    this.channel.addEventListener("change", () => {
      state.channel = Number(this.channel.value);
      state.tell("view");
    });
    const amount = (from, to) => from.addEventListener("input", () => {
      to.value = from.value;
      this.change(Number(from.value));
    });
    amount(this.amount, this.amountSlide);
    amount(this.amountSlide, this.amount);
    this.place.addEventListener("input", () => state.go(state.step, state.step * state.sequence.size + Number(this.place.value) - 1));
    this.label.addEventListener("change", () => {
      const label = this.changeable.reader.labels[this.label.value];
      state.edit({ unit: state.step, channel: 0, label });
    });
  }

  change(value) {
    const { state } = this;
    if (!Number.isFinite(value)) return;
    const channel = this.changeable.reader.kind === "window" ? 0 : state.channel;
    state.edit({ unit: state.place, channel, value });
  }

  // What the sliders move is the last thing held, as long as it is the one that they name.
  again() {
    const last = this.state.clamps.at(-1), value = Number(this.value.value);
    if (last && last.name === this.gate.value && Number.isFinite(value)) this.state.hold({ ...last, value });
  }

  hold(name, value) {
    const { state } = this;
    this.gate.value = name;
    this.value.value = this.slide.value = value;
    const places = state.lanes().filter((lane) => lane.model.computed && (name === "h" || lane.model.gates.includes(name)));
    if (this.scope.value === "all") {
      state.hold({ name, value, since: state.step, unit: null, model: null, layer: state.layer, direction: this.direction.value });
      return;
    }
    // One unit: of the lane that was last touched, if it has the gate.
    const lane = places.find((one) => one.key === state.focus) ?? places[0];
    state.hold({ name, value, since: state.step, unit: state.unitOf(lane), model: lane.model.number, layer: lane.layer.layer, direction: lane.layer.direction });
  }

  readInput() {
    const { state } = this, { kind, values, channels, bands } = state.sequence, model = this.changeable;
    if (!model) return;
    const channel = model.reader.kind === "window" ? 0 : state.channel;
    const edit = state.edits.find((one) => one.unit === state.place && one.channel === channel);
    if (kind === "tokens") {
      const label = edit?.label ?? state.sequence.labels[state.step];
      this.label.value = model.reader.labels.indexOf(label);
      return;
    }
    const here = kind === "roll" ? values[state.place * bands + channel] / 255 : values[state.place * channels.length + channel];
    if (document.activeElement !== this.amount) this.amount.value = Number((edit?.value ?? here).toPrecision(6));
    if (kind === "series") {
      const [low, high] = this.rangeOf(channel);
      Object.assign(this.amountSlide, { min: low - (high - low) / 2, max: high + (high - low) / 2, step: (high - low) / 200 || 0.01 });
      this.amountSlide.value = this.amount.value;
    }
    this.place.max = state.sequence.size;
    this.place.value = state.place - state.step * state.sequence.size + 1;
  }

  rangeOf(channel) {
    this.ranges ??= new Map();
    if (!this.ranges.has(channel)) {
      const { values, channels } = this.state.sequence;
      const own = values.filter((_, place) => place % channels.length === channel);
      this.ranges.set(channel, [Math.min(...own), Math.max(...own)]);
    }
    return this.ranges.get(channel);
  }

  item(text, kind, place) {
    const made = document.createElement("li"), button = document.createElement("button");
    made.textContent = text;
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", say("what_if.release", { what: text }));
    button.addEventListener("click", () => this.state.release(kind, place));
    made.append(button);
    return made;
  }

  nameOf(clamp) {
    const { models, sequence } = this.state, letter = LETTERS[clamp.name] ?? clamp.name;
    const who = clamp.unit === null ? say("what_if.all") : say("unit.of", { model: models[clamp.model].name, unit: clamp.unit });
    const way = clamp.direction === "backward" ? "what_if.until" : "what_if.since";
    return `${letter} = ${Number(clamp.value.toPrecision(3))}, ${who}, ${say(way, { step: sequence.first + clamp.since + 1 })}`;
  }

  // The same in Python, for who wants to go on there.
  inPython() {
    const { clamps, edits, sequence } = this.state, parts = clamps.map((clamp) => {
      const more = [clamp.unit === null ? "" : `, unit=${clamp.unit}`, clamp.layer === 1 ? "" : `, layer=${clamp.layer}`,
        clamp.direction === "forward" ? "" : ', direction="backward"'].join("");
      return `Clamp("${clamp.name}", ${clamp.value}, since=${sequence.first + clamp.since}${more})`;
    });
    const changes = edits.map((edit) => {
      const value = edit.label === undefined ? edit.value : JSON.stringify(edit.label);
      return `Change(${sequence.first * sequence.size + edit.unit}, ${value}${edit.channel ? `, channel=${edit.channel}` : ""})`;
    });
    return `what_if(model, X, ${[...parts, ...changes].join(", ")})`;
  }

  draw() {
    const { state } = this;
    this.since.textContent = say("what_if.from", { step: state.sequence.first + state.step + 1 });
    this.where.textContent = say("what_if.at", { step: state.sequence.first + state.step + 1 });
    this.held.replaceChildren(
      ...state.clamps.map((clamp, place) => this.item(this.nameOf(clamp), "clamps", place)),
      ...state.edits.map((edit, place) => this.item(this.editName(edit), "edits", place))
    );
    this.back.disabled = !state.changed;
    this.python.textContent = state.changed ? this.inPython() : "";
    this.python.hidden = !state.changed;
    this.spent.textContent = state.changed ? say("what_if.spent", { ms: number(state.spent, 2) }) : "";
    this.readInput();
  }

  editName(edit) {
    const { sequence } = this.state, unit = sequence.first * sequence.size + edit.unit + 1;
    if (edit.label !== undefined) return say("what_if.word", { unit, label: visible(edit.label) });
    return say("what_if.value", { unit, name: sequence.channels?.[edit.channel] ?? edit.channel, value: number(edit.value, 4) });
  }
}
