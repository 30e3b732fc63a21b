// The equations of a cell with the numbers of one unit at one step.
import { stateBefore, valueOf } from "./layers.js";
import { number, say } from "./words.js";

const n = (value) => number(value, 3);
// A factor in a product: a negative one in brackets.
const f = (value) => (value < 0 ? `(${n(value)})` : n(value));
const plus = (value) => (value < 0 ? `− ${n(-value)}` : `+ ${n(value)}`);

/* The parts of a block before its activation: what x gives with its bias, and what the past gives with its.

   past: what the past is multiplied by before it is read, unit by unit; null: nothing. */
function parts(lane, run, t, unit, block, past = null) {
  const { layer, model } = lane;
  const size = layer.size;
  const row = block * size + unit;
  let sum = layer.hiddenBias ? layer.hiddenBias[row] : 0;
  for (let k = 0; k < size; k++) {
    const h = stateBefore(run, layer, "h", t, k);
    sum += layer.hidden[row * size + k] * (past ? past(k) * h : h);
  }
  return { x: run.x[t * model.blocks.length * size + row], h: sum };
}

function gateLine(letter, { x, h }, value) {
  const held = Math.abs(1 / (1 + Math.exp(-(x + h))) - value) > 1e-4;
  return held
    ? `${letter} = ${n(value)} (${say("equations.held")})`
    : `${letter} = σ(x W + h U + b) = σ(${n(x)} ${plus(h)}) = ${n(value)}`;
}

const LINES = {
  RNN(at) {
    const { x, h } = at.block(0);
    return [`h' = tanh(x W + h U + b) = tanh(${n(x)} ${plus(h)}) = ${n(at.after("h"))}`];
  },
  "RNN-relu"(at) {
    const { x, h } = at.block(0);
    return [`h' = max(0, x W + h U + b) = max(0, ${n(x)} ${plus(h)}) = ${n(at.after("h"))}`];
  },
  LSTM(at) {
    const [i, g, o] = [at.gate("input"), at.candidate(2), at.gate("output")];
    const c = at.after("c");
    return [
      gateLine("i", at.block(0), i),
      gateLine("f", at.block(1), at.gate("forget")),
      gateLine("o", at.block(3), o),
      at.candidateLine("g", "h U", 2),
      `c' = f⊙c + i⊙g = ${n(at.gate("forget"))}·${f(at.before("c"))} + ${n(i)}·${f(g)} = ${n(c)}`,
      `h' = o⊙tanh(c') = ${n(o)}·${f(Math.tanh(c))} = ${n(at.after("h"))}`,
    ];
  },
  CIFG(at) {
    const [keep, g, o] = [at.gate("forget"), at.candidate(1), at.gate("output")];
    const c = at.after("c");
    return [
      gateLine("f", at.block(0), keep),
      gateLine("o", at.block(2), o),
      at.candidateLine("g", "h U", 1),
      `c' = f⊙c + (1−f)⊙g = ${n(keep)}·${f(at.before("c"))} + ${n(1 - keep)}·${f(g)} = ${n(c)}`,
      `h' = o⊙tanh(c') = ${n(o)}·${f(Math.tanh(c))} = ${n(at.after("h"))}`,
    ];
  },
  GRU(at) {
    const z = at.gate("update");
    const past = at.all("reset");
    const c = at.candidate(2, past);
    return [
      gateLine("r", at.block(0), at.gate("reset")),
      gateLine("z", at.block(1), z),
      at.candidateLine("n", "(r⊙h) U", 2, past),
      `h' = z⊙h + (1−z)⊙n = ${n(z)}·${f(at.before("h"))} + ${n(1 - z)}·${f(c)} = ${n(at.after("h"))}`,
    ];
  },
  "GRU-after"(at) {
    const z = at.gate("update");
    const r = at.gate("reset");
    const { x, h } = at.block(2);
    const c = Math.tanh(x + r * h);
    return [
      gateLine("r", at.block(0), r),
      gateLine("z", at.block(1), z),
      `n = tanh(x W + b + r⊙(h U + c)) = tanh(${n(x)} + ${n(r)}·${f(h)}) = ${n(c)}`,
      `h' = z⊙h + (1−z)⊙n = ${n(z)}·${f(at.before("h"))} + ${n(1 - z)}·${f(c)} = ${n(at.after("h"))}`,
    ];
  },
  MGU(at) {
    const gate = at.gate("forget");
    const past = at.all("forget");
    const c = at.candidate(1, past);
    return [
      gateLine("f", at.block(0), gate),
      at.candidateLine("n", "(f⊙h) U", 1, past),
      `h' = (1−f)⊙h + f⊙n = ${n(1 - gate)}·${f(at.before("h"))} + ${n(gate)}·${f(c)} = ${n(at.after("h"))}`,
    ];
  },
};

// Lines of text; without the weights the equations as they are, and the values of gates and states.
export function equationLines(state, lane) {
  const { model, layer } = lane;
  const run = state.runOf(lane);
  const t = state.step;
  const unit = state.unitOf(lane);
  const gate = (name) => valueOf(run, run.gates[name], t, unit);
  const after = (name) => valueOf(run, run.states[name], t, unit);
  if (!model.computed) {
    const values = [
      ...model.gates.map((name) => [name, gate(name)]),
      ...model.states.map((name) => [`${name}'`, after(name)]),
    ];
    return [...model.equations, values.map(([name, value]) => `${name} = ${n(value)}`).join("   ")];
  }
  const block = (number, past) => parts(lane, run, t, unit, number, past);
  const candidate = (number, past) => {
    const { x, h } = block(number, past);
    return Math.tanh(x + h);
  };
  return LINES[model.cell]({
    gate,
    after,
    block,
    candidate,
    before: (name) => stateBefore(run, layer, name, t, unit),
    all: (name) => (k) => valueOf(run, run.gates[name], t, k),
    candidateLine(letter, read, number, past) {
      const { x, h } = block(number, past);
      return `${letter} = tanh(x W + ${read} + b) = tanh(${n(x)} ${plus(h)}) = ${n(Math.tanh(x + h))}`;
    },
  });
}
