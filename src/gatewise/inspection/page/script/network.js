// A whole network: reader, layers, head.
import { answerOf, storedAnswer } from "./heads.js";
import { lookUp, project, runLayer } from "./layers.js";
import { read } from "./readers.js";

function sameClamps(clamps, layer) {
  return clamps.filter((clamp) => clamp.layer === layer.layer && clamp.direction === layer.direction);
}

// Which of the clamps a model has a gate for: of its cell, layers, directions and units.
export function clampsFor(model, clamps) {
  return clamps.filter(
    (clamp) =>
      (clamp.model === null || clamp.model === model.number) &&
      (clamp.name === "h" || model.gates.includes(clamp.name)) &&
      model.layers.some(
        (layer) =>
          layer.layer === clamp.layer &&
          layer.direction === clamp.direction &&
          (clamp.unit === null || clamp.unit < layer.size),
      ),
  );
}

function firstProjection(model, layer, read, steps) {
  if (!layer.table) return project(layer, read.rows, read.width, steps);
  return lookUp(layer.table, read.index, model.blocks.length * layer.size);
}

function sideBySide(runs) {
  if (runs.length === 1) return { rows: runs[0].states.h, width: runs[0].width };
  const width = runs.length * runs[0].width;
  const rows = new Float32Array(runs[0].steps * width);
  runs.forEach((run, number) => {
    for (let t = 0; t < run.steps; t++) {
      rows.set(run.states.h.subarray(t * run.width, (t + 1) * run.width), t * width + number * run.width);
    }
  });
  return { rows, width };
}

/* Runs of all layers and the answer, with gates or units held and inputs changed.

   before: what was computed without these; what nothing has changed is taken from it. */
export function compute(model, steps, { clamps = [], edits = [] } = {}, before = null) {
  if (!model.computed) return { runs: model.stored, answer: storedAnswer(model) };
  const own = clampsFor(model, clamps);
  const reading = before && !edits.length ? before.read : read(model, edits, steps);
  const runs = [];
  let below = null;
  let changed = Boolean(edits.length) || !before;
  for (let depth = 1; runs.length < model.layers.length; depth++) {
    const here = model.layers.filter((layer) => layer.layer === depth);
    let moved = changed;
    const made = here.map((layer) => {
      const clamped = sameClamps(own, layer);
      const number = model.layers.indexOf(layer);
      if (!changed && !clamped.length) return before.runs[number];
      moved = true;
      const x = changed
        ? depth === 1
          ? firstProjection(model, layer, reading, steps)
          : project(layer, below.rows, below.width, steps)
        : before.runs[number].x;
      return runLayer(model, layer, x, steps, clamped, changed ? null : before.runs[number]);
    });
    changed = moved;
    runs.push(...made);
    if (runs.length < model.layers.length) below = sideBySide(made);
  }
  const depth = model.layers.at(-1).layer;
  const tops = runs.filter((_, number) => model.layers[number].layer === depth);
  return { runs, read: reading, answer: answerOf(model, tops, reading) };
}

// The largest difference between the page's arithmetic and the model's.
export function differenceFromPython(model, computed, steps) {
  const stored = storedAnswer(model);
  const { answer } = model;
  let most = 0;
  let size = 1;
  if (!answer.each) {
    stored.whole.forEach((value, place) => {
      most = Math.max(most, Math.abs(value - computed.answer.whole[place]));
      size = Math.max(size, Math.abs(value));
    });
    return most / size;
  }
  // A few steps tell: what is wrong at one is wrong at all that follow.
  for (const t of new Set([0, steps >> 1, steps - 1])) {
    const here = computed.answer.at(t);
    const there = stored.at(t);
    const places = answer.what === "value" ? [0] : answer.best[t];
    for (const place of places) {
      most = Math.max(most, Math.abs(here[place] - there[place]));
      size = Math.max(size, Math.abs(there[place]));
    }
  }
  return most / size;
}
