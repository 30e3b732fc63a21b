// What is read off gates and states: quantiles, how long is kept, when was written, saturation.
import { keepGate } from "./cells.js";
import { stateBefore } from "./layers.js";

const QUANTILES = [0.1, 0.25, 0.5, 0.75, 0.9];

// Quantiles over the units of each step: (5, steps).
export function quantileBand(run, values) {
  const { steps, width } = run;
  const found = QUANTILES.map(() => new Float32Array(steps));
  for (let t = 0; t < steps; t++) {
    const sorted = values.slice(t * width, (t + 1) * width).sort();
    QUANTILES.forEach((share, number) => {
      const place = share * (width - 1);
      const low = Math.floor(place);
      const high = Math.min(width - 1, low + 1);
      found[number][t] = sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    });
  }
  return found;
}

function column(run, values, unit) {
  const place = run.place ? run.place.get(unit) : unit;
  const found = new Float64Array(run.steps);
  for (let t = 0; t < run.steps; t++) found[t] = values[t * run.width + place];
  return found;
}

// Shares that a unit keeps and writes at each step; null of a cell that no gate keeps.
export function keptAndWritten(model, run, unit) {
  const gate = keepGate(model);
  if (!gate) return null;
  const kept = column(run, run.gates[gate.name], unit).map(gate.kept);
  const written = gate.writeName
    ? column(run, run.gates[gate.writeName], unit)
    : column(run, run.gates[gate.name], unit).map(gate.written);
  return { kept, written };
}

/* Which steps wrote what a unit holds after step t: written_s · ∏ kept over the steps between.

   Of the GRU and its kind the shares and what is left of the start add up to one; of the LSTM they are weights of
   what was written. */
export function retention({ kept, written }, t, backward) {
  const shares = new Float64Array(kept.length);
  const on = backward ? 1 : -1;
  let left = 1;
  for (let s = t; s >= 0 && s < kept.length; s += on) {
    shares[s] = written[s] * left;
    left *= kept[s];
    if (left < 1e-9) break;
  }
  return { shares, start: left };
}

const FURTHEST = 200;

/* The same of a cell without gates, by another measure: the norm of the gradient of the unit's state with respect to
   the state at each step before, ∂h_t[k]/∂h_s; one at s = t. At most 200 steps back. */
export function gradientOfUnit(model, layer, run, unit, t) {
  const { size, hidden } = layer;
  const backward = layer.direction === "backward";
  const on = backward ? 1 : -1;
  const shares = new Float64Array(run.steps);
  const relu = model.cell === "RNN-relu";
  let v = new Float64Array(size);
  let next = new Float64Array(size);
  v[unit] = 1;
  shares[t] = 1;
  for (let s = t; Math.abs(t - s) < FURTHEST; s += on) {
    if (s + on < 0 || s + on >= run.steps) break;
    next.fill(0);
    for (let row = 0; row < size; row++) {
      const h = run.states.h[s * size + row];
      const slope = relu ? (h > 0 ? 1 : 0) : 1 - h * h;
      const weight = v[row] * slope;
      if (weight === 0) continue;
      for (let k = 0; k < size; k++) next[k] += weight * hidden[row * size + k];
    }
    [v, next] = [next, v];
    let square = 0;
    for (const one of v) square += one * one;
    shares[s + on] = Math.sqrt(square);
    if (square < 1e-18) break;
  }
  return { shares, start: 0 };
}

// Steps from the cursor back within which half of the shares lie, and the step of the largest one.
export function whenWritten({ shares, start }, t, backward) {
  let all = 0;
  let most = t;
  shares.forEach((share, s) => {
    all += share;
    if (share > shares[most]) most = s;
  });
  // Where what is written is what is not kept, shares and start sum to one; an LSTM's empty start adds nothing.
  const partition = Math.abs(all + start - 1) < 1e-3;
  const total = partition ? 1 : all;
  const on = backward ? 1 : -1;
  let sum = 0;
  let half = null;
  for (let s = t; s >= 0 && s < shares.length; s += on) {
    sum += shares[s];
    if (sum >= total / 2) {
      half = Math.abs(t - s) + 1;
      break;
    }
  }
  return { half, most, share: shares[most], start: partition ? start : 0 };
}

// How many steps from here on keep at least half of the state, and what is left after them.
export function keepsFromHere(kept, t, backward) {
  const on = backward ? -1 : 1;
  let left = 1;
  let steps = 0;
  for (let s = t + on; s >= 0 && s < kept.length; s += on) {
    if (left * kept[s] < 0.5) return { steps, left, ended: false };
    left *= kept[s];
    steps++;
  }
  return { steps, left, ended: true };
}

// Of each unit that is shown, the shares of steps at which a gate is nearly open and nearly shut; never added up.
export function saturation(layer, run, values) {
  return layer.units.map((unit) => {
    const one = column(run, values, unit);
    let high = 0;
    let low = 0;
    for (const value of one) {
      if (value > 0.9) high++;
      if (value < 0.1) low++;
    }
    return { unit, high: high / run.steps, low: low / run.steps };
  });
}

// The candidate that a unit was offered at a step, from what came of it; NaN where it wrote next to nothing.
export function candidateAt(model, layer, run, t, unit, shares) {
  const name = model.states.at(-1);
  const before = stateBefore(run, layer, name, t, unit);
  const after = column(run, run.states[name], unit)[t];
  return shares.written[t] > 0.02 ? (after - shares.kept[t] * before) / shares.written[t] : NaN;
}
