// What is held and changed now, how to undo it, and the same in Python.
import { LETTERS } from "./cells.js";
import { Changing } from "./changing.js";
import { Holding } from "./holding.js";
import { listed, number, say, visible } from "./words.js";

export class WhatIf {
  constructor(state, root) {
    this.state = state;
    this.holding = new Holding(state, root);
    this.changing = new Changing(state, root);
    const find = (name) => root.querySelector(`#${name}`);
    this.held = find("held");
    this.back = find("back");
    this.python = find("python");
    this.spent = find("spent");
    this.why = find("why-not");
    this.back.addEventListener("click", () => state.back());
    this.build();
  }

  build() {
    this.holding.build();
    this.changing.build();
    const lines = this.reasons().map((text) => Object.assign(document.createElement("li"), { textContent: text }));
    this.why.replaceChildren(...lines);
    this.draw();
  }

  // Why some models cannot be computed here, or their input cannot be changed.
  reasons() {
    const found = new Map(); // what is said, and of which models
    for (const { name, why_not: why, change } of this.state.models) {
      const reason = why ?? change;
      if (!reason) continue;
      const key = `${why ? "why" : "held"}.${reason.code}`;
      const same = JSON.stringify(reason);
      const known = found.get(same) ?? { key, reason, names: [] };
      found.set(same, { ...known, names: [...known.names, name] });
    }
    return Array.from(found.values(), ({ key, reason, names }) => say(key, { ...reason, model: listed(names) }));
  }

  draw() {
    const { state } = this;
    this.holding.draw();
    this.changing.draw();
    this.held.replaceChildren(
      ...state.clamps.map((clamp, place) => this.item(this.clampName(clamp), "clamps", place)),
      ...state.edits.map((edit, place) => this.item(this.editName(edit), "edits", place)),
    );
    this.back.disabled = !state.changed;
    this.python.textContent = state.changed ? this.inPython() : "";
    this.python.hidden = !state.changed;
    this.spent.textContent = state.changed ? say("what_if.spent", { ms: number(state.spent, 2) }) : "";
  }

  item(text, kind, place) {
    const made = document.createElement("li");
    const button = document.createElement("button");
    made.textContent = text;
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", say("what_if.release", { what: text }));
    button.addEventListener("click", () => this.state.release(kind, place));
    made.append(button);
    return made;
  }

  clampName(clamp) {
    const { models, sequence } = this.state;
    const all = clamp.unit === null;
    const who = all ? say("what_if.all") : say("unit.of", { model: models[clamp.model].name, unit: clamp.unit });
    const way = clamp.direction === "backward" ? "what_if.until" : "what_if.since";
    const when = say(way, { step: sequence.first + clamp.since + 1 });
    return `${LETTERS[clamp.name] ?? clamp.name} = ${Number(clamp.value.toPrecision(3))}, ${who}, ${when}`;
  }

  editName(edit) {
    const { sequence } = this.state;
    const unit = sequence.first * sequence.size + edit.unit + 1;
    if (edit.label !== undefined) return say("what_if.word", { unit, label: visible(edit.label) });
    return say("what_if.value", {
      unit,
      name: sequence.channels?.[edit.channel] ?? edit.channel,
      value: number(edit.value, 4),
    });
  }

  inPython() {
    const { clamps, edits, sequence } = this.state;
    const held = clamps.map((clamp) => {
      const parts = [`"${clamp.name}"`, clamp.value, `since=${sequence.first + clamp.since}`];
      if (clamp.unit !== null) parts.push(`unit=${clamp.unit}`);
      if (clamp.layer !== 1) parts.push(`layer=${clamp.layer}`);
      if (clamp.direction !== "forward") parts.push('direction="backward"');
      return `Clamp(${parts.join(", ")})`;
    });
    const changed = edits.map((edit) => {
      const parts = [sequence.first * sequence.size + edit.unit, edit.value ?? JSON.stringify(edit.label)];
      if (edit.channel) parts.push(`channel=${edit.channel}`);
      return `Change(${parts.join(", ")})`;
    });
    const which = sequence.place ? [`sequence=${JSON.stringify(sequence.name)}`] : [];
    const { member } = this.state.models[0];
    if (member) which.push(`member=${member}`);
    return `what_if(model, X, ${[...held, ...changed, ...which].join(", ")})`;
  }
}
