// One direction of one layer over time.
import { multiply, STEPS } from "./cells.js";

// x W + b of every step: (steps, blocks · units).
export function project(layer, rows, width, steps) {
  const { input, inputBias } = layer;
  const count = inputBias.length;
  const found = new Float64Array(steps * count);
  for (let t = 0; t < steps; t++) {
    multiply(input, width, 0, count, rows, t * width, found, t * count);
    for (let row = 0; row < count; row++) found[t * count + row] += inputBias[row];
  }
  return found;
}

// The same where each step reads one of a few rows, of which it is known.
export function lookUp(table, index, count) {
  const found = new Float64Array(index.length * count);
  index.forEach((row, t) => found.set(table.subarray(row * count, (row + 1) * count), t * count));
  return found;
}

// Values of gates and of h that are held at a step, NaN elsewhere; null where nothing is.
function heldAt(clamps, t, backward, size) {
  let held = null;
  for (const clamp of clamps) {
    if (backward ? t > clamp.since : t < clamp.since) continue;
    held ??= {};
    const values = (held[clamp.name] ??= new Float64Array(size).fill(NaN));
    if (clamp.unit === null) values.fill(clamp.value);
    else values[clamp.unit] = clamp.value;
  }
  return held;
}

/* Runs the cell over all steps.

   clamps are of this layer and direction: {name, value, since, unit (null: all)}. before is a run without them, of the
   same input: forward, it is gone on with where the first clamp begins. */
export function runLayer(model, layer, x, steps, clamps, before = null) {
  const size = layer.size;
  const backward = layer.direction === "backward";
  const make = (names) => Object.fromEntries(names.map((name) => [name, new Float32Array(steps * size)]));
  const run = { steps, width: size, place: null, gates: make(model.gates), states: make(model.states), x };
  const count = x.length / steps;
  const work = {
    size,
    weights: layer.hidden,
    bias: layer.hiddenBias,
    x,
    at: 0,
    a: new Float64Array(count),
    h: new Float64Array(size),
    c: new Float64Array(size),
    reset: new Float64Array(size),
    held: null,
    gates: Object.fromEntries(model.gates.map((name) => [name, new Float64Array(size)])),
  };
  if (layer.begin) for (const name of model.states) work[name].set(layer.begin[name]);
  let first = 0;
  if (before && !backward && clamps.length) {
    first = Math.min(...clamps.map((clamp) => clamp.since));
    for (const kind of ["gates", "states"]) {
      for (const name in run[kind]) run[kind][name].set(before[kind][name].subarray(0, first * size));
    }
    if (first) {
      for (const name of model.states) work[name].set(before.states[name].subarray((first - 1) * size, first * size));
    }
  }
  const step = STEPS[model.cell];
  // What is held changes only where a clamp begins.
  const changes = new Set([backward ? steps - 1 : first, ...clamps.map((clamp) => clamp.since)]);
  for (let number = first; number < steps; number++) {
    const t = backward ? steps - 1 - number : number;
    if (changes.has(t)) work.held = heldAt(clamps, t, backward, size);
    work.at = t * count;
    step(work);
    const fixed = work.held && work.held.h;
    if (fixed) for (let k = 0; k < size; k++) if (!Number.isNaN(fixed[k])) work.h[k] = fixed[k];
    for (const name of model.gates) run.gates[name].set(work.gates[name], t * size);
    for (const name of model.states) run.states[name].set(work[name], t * size);
  }
  return run;
}

// The state before a step, as the run has it; forward or backward.
export function stateBefore(run, layer, name, t, unit) {
  const place = run.place ? run.place.get(unit) : unit;
  const from = layer.direction === "backward" ? t + 1 : t - 1;
  if (from < 0 || from >= run.steps) return layer.begin && from < 0 ? layer.begin[name][unit] : 0;
  return run.states[name][from * run.width + place];
}

export function valueOf(run, values, t, unit) {
  return values[t * run.width + (run.place ? run.place.get(unit) : unit)];
}
