// From what the user gave to what the first layer reads, as gatewise.data does it.
import { doubles, floats } from "./payload.js";

/* Edits are {unit, channel, value} in places of what is shown, or {unit, label} of tokens.

   Each reader gives {index} into a table or {rows, width}, and what the head needs besides. */
function readTable(spec, edits) {
  const index = Int32Array.from(spec.index);
  for (const edit of edits) {
    const found = spec.labels.indexOf(edit.label);
    if (found >= 0) index[edit.unit] = found;
  }
  if (!spec.rows) return { index };
  const table = (spec.floats ??= floats(spec.rows));
  const width = spec.width;
  const rows = new Float32Array(index.length * width);
  index.forEach((row, t) => rows.set(table.subarray(row * width, (row + 1) * width), t * width));
  return { rows, width };
}

function readPatches(spec, edits, steps) {
  const channels = spec.differences ? spec.mean.length / 2 : spec.mean.length;
  const values = Float64Array.from((spec.doubles ??= doubles(spec.values)));
  const count = values.length / channels;
  for (const { unit, channel, value } of edits) values[(spec.lead + unit) * channels + channel] = Math.fround(value);
  const columns = spec.mean.length;
  const rows = new Float32Array(steps * spec.patch * columns);
  for (let place = spec.lead; place < count; place++) {
    // A frame is read at the step after it.
    const to = (place - spec.lead + spec.shift) * columns;
    if (to >= rows.length) break;
    const lag = Math.max(place - spec.patch, 0);
    for (let k = 0; k < columns; k++) {
      const here = values[place * channels + (k % channels)];
      const value = k < channels ? here : Math.fround(here - values[lag * channels + (k % channels)]);
      rows[to + k] = (value - spec.mean[k]) * spec.inverse[k];
    }
  }
  if (spec.shift && spec.lead) for (let k = 0; k < columns; k++) rows[k] = values[k];
  return { rows, width: spec.patch * columns };
}

const FURTHEST_UNIT = 10;

function readWindow(spec, edits, steps) {
  spec.unpacked ??= {
    raw: doubles(spec.raw),
    seasonal: doubles(spec.seasonal),
    weight: floats(spec.weight),
    held: floats(spec.held),
    effects: spec.effects.map(floats),
  };
  const { weight, held, effects, seasonal } = spec.unpacked;
  const raw = Float64Array.from(spec.unpacked.raw);
  const context = raw.length;
  const first = context - spec.own;
  for (const { unit, value } of edits) {
    const written = spec.log_floor === null ? value : Math.log(Math.max(value, spec.log_floor));
    // To the left of a young series its first row stands in for those that it has not got.
    const [from, to] = unit <= first ? [0, first] : [unit, unit];
    for (let row = from; row <= to; row++) raw[row] = written - seasonal[row];
  }
  const location = raw[context - 1];
  let mean = 0;
  let square = 0;
  for (const value of raw) mean += value / context;
  for (const value of raw) square += (value - mean) ** 2 / context;
  const least = Math.max(spec.least_unit * spec.spread, 1e-9 * Math.max(1e-30, Math.abs(location)));
  const scale = Math.max(Math.sqrt(square), least);
  const unit = Math.fround(Math.min((spec.move * spec.spread) / scale, FURTHEST_UNIT));
  const window = new Float32Array(context);
  for (let row = 0; row < context; row++) {
    window[row] = Math.fround((raw[row] - location) / scale) - (effects[0][row] + unit * effects[1][row]);
  }
  const width = held.length / steps;
  const rows = new Float32Array(held.length);
  const segment = spec.segment;
  for (let t = 0; t < steps; t++) {
    for (let k = 0; k < width; k++) {
      let sum = held[t * width + k];
      for (let j = 0; j < segment; j++) sum += weight[k * segment + j] * window[t * segment + j];
      rows[t * width + k] = Math.max(0, sum);
    }
  }
  return { rows, width, window, location, scale, unit, ahead: seasonal.subarray(context) };
}

const READERS = { table: readTable, patches: readPatches, window: readWindow };

export function read(model, edits, steps) {
  return READERS[model.reader.kind](model.reader, model.change ? [] : edits, steps);
}
