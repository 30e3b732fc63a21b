// What the page shows now: cursor, unit, view, what is held and changed; and what follows from it.
import { compute, differenceFromPython } from "./network.js";

const EDGE = 0.1; // of what is drawn: where the cursor comes so near to its end, it moves on
const MOST_SORTED = 10000;
const WAIT = 15; // ms without a further change before all is computed anew

// What all but one in two hundred values stay within, from as many of them as tell it.
function farOut(values) {
  const every = Math.ceil(values.length / MOST_SORTED);
  const few = new Float32Array(Math.floor((values.length - 1) / every) + 1);
  for (let place = 0; place < few.length; place++) few[place] = Math.abs(values[place * every]);
  return few.sort()[Math.floor(0.995 * (few.length - 1))];
}

export class State {
  constructor(payload) {
    Object.assign(this, payload);
    this.steps = payload.sequence.steps;
    this.step = this.steps >> 1;
    this.span = { first: 0, count: this.steps }; // the steps that are drawn
    this.row = null; // the unit of the input under the cursor, where a step reads several
    this.channel = 0;
    this.playing = false;
    this.clamps = [];
    this.edits = [];
    this.chosen = new Map(); // lane → unit
    this.views = new Map(); // model → gate or state
    this.layer = payload.models[0].layers.at(-1).layer;
    this.sizes = new Map();
    this.listeners = new Set();
    this.before = payload.models.map((model) => compute(model, this.steps));
    this.now = this.before;
    this.spent = 0;
    this.difference = Math.max(
      0,
      ...payload.models
        .filter((model) => model.computed)
        .map((model) => differenceFromPython(model, this.before[model.number], this.steps)),
    );
  }

  // Tells all that show something what has changed: "cursor", "span", "unit", "view", "layer", "results", "language"
  // or "playing".
  tell(what) {
    for (const listener of this.listeners) listener(what);
  }

  listen(listener) {
    this.listeners.add(listener);
  }

  go(step, row = null) {
    const to = Math.max(0, Math.min(this.steps - 1, Math.round(step)));
    if (to === this.step && row === this.row) return;
    this.step = to;
    this.row = row;
    this.tell("cursor");
    const { first, count } = this.span;
    const edge = Math.floor(count * EDGE);
    if (to < first + Math.min(edge, first) || (to >= first + count - edge && first + count < this.steps)) {
      this.zoom(count);
    }
  }

  // Draws so many steps around the cursor.
  zoom(count) {
    const fits = Math.min(count, this.steps);
    const first = Math.max(0, Math.min(this.steps - fits, this.step - (fits >> 1)));
    if (first === this.span.first && fits === this.span.count) return;
    this.span = { first, count: fits };
    this.tell("span");
  }

  get changed() {
    return Boolean(this.clamps.length || this.edits.length);
  }

  // Units of the input that are shown: the last step may have fewer than the others.
  get units() {
    const { size, kind, values, channels, bands } = this.sequence;
    return kind === "tokens" ? this.steps * size : values.length / (kind === "series" ? channels.length : bands);
  }

  // The place in the input that is changed: the one pointed at, else the last that the step reads.
  get place() {
    return this.row ?? Math.min((this.step + 1) * this.sequence.size, this.units) - 1;
  }

  hold(clamp) {
    const same = (one) => ["name", "unit", "model", "layer", "direction"].every((key) => one[key] === clamp[key]);
    this.clamps = [...this.clamps.filter((one) => !same(one)), clamp];
    this.later();
  }

  edit(edit) {
    const same = (one) => one.unit === edit.unit && one.channel === edit.channel;
    this.edits = [...this.edits.filter((one) => !same(one)), edit];
    this.later();
  }

  release(kind, number) {
    this[kind] = this[kind].filter((_, place) => place !== number);
    this.later();
  }

  back() {
    this.clamps = [];
    this.edits = [];
    this.now = this.before;
    clearTimeout(this.waiting);
    this.tell("results");
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.settle(), WAIT);
  }

  // Computes what would be, at once.
  settle() {
    clearTimeout(this.waiting);
    const started = performance.now();
    this.now = this.changed
      ? this.models.map((model) => compute(model, this.steps, this, this.before[model.number]))
      : this.before;
    this.spent = performance.now() - started;
    this.tell("results");
  }

  // The directions of the layer that is shown, one lane each.
  lanes() {
    return this.models.flatMap((model) => {
      const depth = Math.min(this.layer, model.layers.at(-1).layer);
      return model.layers
        .map((layer, number) => ({ key: `${model.number}.${number}`, model, layer, number }))
        .filter((lane) => lane.layer.layer === depth);
    });
  }

  runOf(lane) {
    return this.now[lane.model.number].runs[lane.number];
  }

  // The lane whose unit was chosen last; at first one of a cell with gates.
  focused() {
    const lanes = this.lanes();
    return (
      lanes.find((lane) => lane.key === this.focus) ?? lanes.findLast((lane) => lane.model.gates.length) ?? lanes[0]
    );
  }

  unitOf(lane) {
    return this.chosen.get(lane.key) ?? lane.layer.units[0];
  }

  choose(lane, unit) {
    this.chosen.set(lane.key, unit);
    this.focus = lane.key;
    this.tell("unit");
  }

  viewOf(model) {
    return this.views.get(model.number) ?? "h";
  }

  // The size that the colours of a state reach to, one for all lanes: what all but one in two hundred stay within.
  largest(view) {
    const key = `${view}.${this.layer}`;
    if (!this.sizes.has(key)) {
      const sizes = this.lanes().flatMap((lane) => {
        const values = this.before[lane.model.number].runs[lane.number].states[view];
        return values ? [farOut(values)] : [];
      });
      this.sizes.set(key, Math.max(...sizes, 1e-6));
    }
    return this.sizes.get(key);
  }

  valuesOf(lane) {
    const run = this.runOf(lane);
    const view = this.viewOf(lane.model);
    return run.states[view] ?? run.gates[view];
  }
}
