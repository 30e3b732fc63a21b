// What a unit does at the cursor, in words.
import { keepGate, LETTERS } from "./cells.js";
import { valueOf } from "./layers.js";
import { gradientOfUnit, keepsFromHere, keptAndWritten, retention, whenWritten } from "./measures.js";
import { number, percent, say, stretch } from "./words.js";

const OPEN = 0.9;
const SHUT = 0.1;

function ofGate(key, name, value) {
  const state = value > OPEN ? "open" : value < SHUT ? "shut" : "half";
  const about = state === "half" ? "=" : "≈";
  return say(`gate.${key}.${state}`, {
    letter: LETTERS[name] ?? name,
    about,
    value: number(value, 2),
    share: percent(value),
  });
}

export function directionWord(lane) {
  return lane.model.bidirectional ? ` ${lane.layer.direction === "backward" ? "←" : "→"}` : "";
}

// Who it is about: "GRU unit 12".
export function subject(lane, unit) {
  return say("unit.of", { model: lane.model.name + directionWord(lane), unit });
}

function kept(state, lane, shares, unit) {
  const backward = lane.layer.direction === "backward";
  const t = state.step;
  const found = keepsFromHere(shares, t, backward);
  const values = {
    who: subject(lane, unit),
    share: percent(shares[t]),
    time: stretch(state.sequence, found.steps),
    left: percent(found.left),
  };
  if (found.steps === 0) return say(found.ended ? "keeps.last" : "keeps.not", values);
  return say(found.ended ? "keeps.end" : "keeps.half", values);
}

function written(state, lane, found) {
  const backward = lane.layer.direction === "backward";
  const t = state.step;
  const { half, most, share, start } = whenWritten(found, t, backward);
  const place = { step: state.sequence.first + most + 1, share: percent(share), start: percent(start) };
  if (half === null) return say(state.sequence.first ? "written.start" : "written.empty", place);
  return say("written.half", { ...place, time: stretch(state.sequence, half) });
}

// Which steps made the state of the lane's unit: shares by step, by gates or, where there are none, by the gradient.
export function ribbonOf(state, lane) {
  const run = state.runOf(lane);
  const unit = state.unitOf(lane);
  const gates = keptAndWritten(lane.model, run, unit);
  if (gates) return { kind: "gates", gates, ...retention(gates, state.step, lane.layer.direction === "backward") };
  if (!lane.model.computed || !lane.model.cell.startsWith("RNN")) return null;
  return { kind: "gradient", ...gradientOfUnit(lane.model, lane.layer, run, unit, state.step) };
}

// Steps back after which the gradient is at or below one half, if it is.
function reach(shares, t, backward) {
  const on = backward ? 1 : -1;
  let s = t;
  while (s + on >= 0 && s + on < shares.length && shares[s] > 0.5) s += on;
  return { steps: Math.abs(t - s), reached: shares[s] <= 0.5 };
}

const GATES = ["update", "reset", "input", "forget", "output"];

export function sentencesOf(state, lane, ribbon) {
  const { model } = lane;
  const run = state.runOf(lane);
  const unit = state.unitOf(lane);
  const found = [];
  if (ribbon && ribbon.kind === "gates") found.push(kept(state, lane, ribbon.gates.kept, unit));
  else found.push(say(model.gates.length ? "keeps.unknown" : "keeps.none", { who: subject(lane, unit) }));
  const keeping = keepGate(model);
  for (const name of model.gates) {
    // What the keep gate does is said already.
    if ((keeping && name === keeping.name && model.cell !== "MGU") || !GATES.includes(name)) continue;
    const key = model.cell === "MGU" ? "mgu" : name;
    found.push(ofGate(key, name, valueOf(run, run.gates[name], state.step, unit)));
  }
  if (ribbon && ribbon.kind === "gates") found.push(written(state, lane, ribbon));
  else if (ribbon) {
    const { steps, reached } = reach(ribbon.shares, state.step, lane.layer.direction === "backward");
    if (steps) found.push(say(reached ? "gradient.half" : "gradient.more", { time: stretch(state.sequence, steps) }));
  }
  return found;
}
