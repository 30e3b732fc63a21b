// From the states of the highest layer to the answer, as gatewise.models and its estimators do it.
import { floats } from "./payload.js";

function linear(head, states) {
  const { weight, bias } = head.unpacked;
  const width = weight.length / head.outputs;
  return Float64Array.from({ length: head.outputs }, (_, output) => {
    let sum = bias[output];
    for (let k = 0; k < width; k++) sum += weight[output * width + k] * states[k];
    return sum;
  });
}

export function softmax(scores) {
  const highest = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

// h of all directions at a step, forward first.
function outputAt(tops, t) {
  const width = tops[0].width;
  const found = new Float64Array(tops.length * width);
  tops.forEach((run, number) => found.set(run.states.h.subarray(t * width, (t + 1) * width), number * width));
  return found;
}

// Each direction ends at its own last step.
function lastOf(tops) {
  const width = tops[0].width;
  const found = new Float64Array(tops.length * width);
  tops.forEach((run, number) => {
    const end = number ? 0 : run.steps - 1;
    found.set(run.states.h.subarray(end * width, (end + 1) * width), number * width);
  });
  return found;
}

function pooled(head, tops) {
  const width = tops.length * tops[0].width;
  const steps = tops[0].steps;
  const { before } = head;
  const sum = before ? Float64Array.from(before.sum) : new Float64Array(width);
  const most = before ? Float64Array.from(before.max) : new Float64Array(width).fill(-Infinity);
  for (let t = 0; t < steps; t++) {
    const h = outputAt(tops, t);
    for (let k = 0; k < width; k++) {
      sum[k] += h[k];
      if (h[k] > most[k]) most[k] = h[k];
    }
  }
  const count = steps + (before ? before.count : 0);
  const found = new Float64Array(3 * width);
  for (let k = 0; k < width; k++) found[k] = sum[k] / count;
  found.set(most, width);
  found.set(lastOf(tops), 2 * width);
  return found;
}

// Marginals of a chain of labels, forward and backward, every step scaled to a sum of one.
function marginals(head, scores) {
  const { follows, begins } = head.unpacked;
  const labels = head.outputs;
  const steps = scores.length;
  const factors = follows.map(Math.exp);
  const local = scores.map(softmax);
  const scaled = (values) => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => value / total);
  };
  const ahead = [scaled(local[0].map((value, label) => value * Math.exp(begins[label])))];
  for (let t = 1; t < steps; t++) {
    const before = ahead[t - 1];
    ahead.push(
      scaled(
        local[t].map((value, to) => {
          let sum = 0;
          for (let from = 0; from < labels; from++) sum += before[from] * factors[from * labels + to];
          return value * sum;
        }),
      ),
    );
  }
  const found = new Array(steps);
  let behind = new Float64Array(labels).fill(1);
  for (let t = steps - 1; t >= 0; t--) {
    found[t] = scaled(ahead[t].map((value, label) => value * behind[label]));
    const weighed = behind.map((value, label) => value * local[t][label]);
    behind = scaled(
      behind.map((_, from) => {
        let sum = 0;
        for (let to = 0; to < labels; to++) sum += factors[from * labels + to] * weighed[to];
        return sum;
      }),
    );
  }
  return found;
}

function forecast(head, state, read, reader) {
  const { skip, skipBias, beside, ahead } = head.unpacked;
  const { window, unit, scale, location } = read;
  const season = read.ahead;
  return linear(head, state).map((median, row) => {
    let sum = median + skipBias[row] + beside[0][row] + unit * beside[1][row] + ahead[0][row] + unit * ahead[1][row];
    for (let k = 0; k < window.length; k++) sum += skip[k * head.outputs + row] * window[k];
    const value = sum * scale + (location + season[row]);
    // As Python has it: exp overflows beyond.
    return reader.log_floor === null ? value : Math.exp(Math.min(value, 700));
  });
}

function unpackHead(model) {
  const { head, reader } = model;
  head.unpacked ??= {
    weight: floats(head.weight),
    bias: floats(head.bias),
    ...(head.follows && { follows: Float64Array.from(floats(head.follows)), begins: floats(head.begins) }),
    ...(head.skip && {
      skip: floats(head.skip),
      skipBias: floats(head.skip_bias),
      beside: head.beside.map(floats),
      ahead: reader.ahead.map(floats),
    }),
  };
}

/* The answer: {whole: values} or {at(t): values of a step}.

   Steps are computed when they are asked for, as of many symbols one looks at few. */
export function answerOf(model, tops, read) {
  unpackHead(model);
  const { head } = model;
  const inUnits = (value) => head.offset + head.scale * value;
  if (head.readout !== "each") {
    const state = head.readout === "pool" ? pooled(head, tops) : lastOf(tops);
    if (head.then === "forecast") return { whole: forecast(head, state, read, model.reader) };
    const scores = linear(head, state);
    return { whole: head.then === "softmax" ? softmax(scores) : scores.map(inUnits) };
  }
  const scoresAt = (t) => linear(head, outputAt(tops, t));
  if (head.then === "chain") {
    const found = marginals(
      head,
      Array.from({ length: tops[0].steps }, (_, t) => scoresAt(t)),
    );
    return { at: (t) => found[t] };
  }
  const then = {
    softmax,
    sigmoid: (scores) => scores.map((score) => 1 / (1 + Math.exp(-score))),
    value: (scores) => scores.map(inUnits),
  }[head.then];
  const known = new Map();
  return {
    at(t) {
      if (!known.has(t)) known.set(t, then(scoresAt(t)));
      return known.get(t);
    },
  };
}

// The answer that Python gave, in the same form; of a step with many symbols the best ones, zero elsewhere.
export function storedAnswer(model) {
  const { answer } = model;
  if (!answer.each) return { whole: Float64Array.from(answer.values) };
  if (answer.what === "value") return { at: (t) => Float64Array.of(answer.values[t]) };
  return {
    at(t) {
      const best = answer.best[t];
      const found = new Float64Array(Math.max(answer.names.length ?? 0, ...best.map((one) => one + 1)));
      best.forEach((name, place) => (found[name] = answer.shares[t * best.length + place]));
      return found;
    },
  };
}
