// Puts the page together and draws what has changed, at most once a frame.
import { Answers } from "./answers.js";
import { Charts } from "./charts.js";
import { darkScheme } from "./colours.js";
import { drawStep, drawWords } from "./here.js";
import { InputView } from "./input.js";
import { listenToKeys, readAddress, writeAddress } from "./keys.js";
import { Lanes } from "./lanes.js";
import { drawLegends } from "./legend.js";
import { saturation } from "./measures.js";
import { compute } from "./network.js";
import { drawNotes } from "./notes.js";
import { unpack } from "./payload.js";
import { ribbonOf } from "./sentences.js";
import { State } from "./state.js";
import { Toolbar } from "./toolbar.js";
import { WhatIf } from "./what_if.js";
import { setLanguage, spoken } from "./words.js";

const byId = (id) => document.getElementById(id);
const state = new State(unpack(JSON.parse(byId("data").textContent)));
let chosenLanguage = readAddress(state);
setLanguage(chosenLanguage ?? (navigator.language.startsWith("zh") ? "zh" : "en"));

const toolbar = new Toolbar(state, document);
const inputView = new InputView(state, byId("input"));
const lanes = new Lanes(state, byId("lanes"));
const answers = new Answers(state, byId("answers"));
const charts = new Charts(state);
const whatIf = new WhatIf(state, byId("what-if"));

// What there is to build and to draw anew, by what has changed; all else is drawn at every change.
const REBUILD = new Set(["layer", "language"]);
const REDRAW = new Set(["all", "span", "view", "results", ...REBUILD]);
const RECOUNT = new Set(["all", "unit", "results", ...REBUILD]);
let changes = new Set(["all"]);
let asked = false;
let spent = 0;

function frame() {
  asked = false;
  const started = performance.now();
  const due = changes;
  changes = new Set();
  const changed = (kinds) => [...kinds].some((kind) => due.has(kind));
  if (changed(["view", ...REBUILD])) lanes.build();
  if (changed(REBUILD)) {
    toolbar.build();
    whatIf.build();
    drawNotes(state);
  }
  if (changed(REDRAW)) {
    const width = byId("lanes").clientWidth;
    inputView.draw(width);
    lanes.draw(width);
    drawLegends(state);
  } else if (due.has("unit") && inputView.tokens) inputView.tokens.draw();
  inputView.drawCursor();
  lanes.drawCursor();
  drawStep(state);
  drawWords(state, lanes.lanes);
  answers.draw();
  whatIf.draw();
  toolbar.draw();
  if (changed(RECOUNT)) charts.draw();
  spent = performance.now() - started;
}

function request(what) {
  changes.add(what);
  if (!asked) requestAnimationFrame(frame);
  asked = true;
}

function listenToPointer() {
  if (inputView.tokens) return;
  const plot = byId("cursor");
  let down = false;
  const point = (event) => {
    const { scale } = inputView;
    const x = event.clientX - plot.getBoundingClientRect().left;
    const unit = Math.max(0, Math.min(state.units - 1, scale.unitAt(x)));
    state.go(scale.stepAt(x), state.sequence.size > 1 ? unit : null);
  };
  plot.addEventListener("pointerdown", (event) => {
    down = true;
    plot.setPointerCapture(event.pointerId);
    point(event);
  });
  plot.addEventListener("pointermove", (event) => down && point(event));
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => (down = false));
}

state.listen((what) => {
  if (what === "cursor") writeAddress(state, chosenLanguage);
  request(what);
});
byId("language").addEventListener("click", () => {
  chosenLanguage = spoken() === "zh" ? "en" : "zh";
  setLanguage(chosenLanguage);
  writeAddress(state, chosenLanguage);
  state.tell("language");
});
listenToKeys(state);
listenToPointer();
window.addEventListener("hashchange", () => readAddress(state));
new ResizeObserver(() => request("all")).observe(byId("lanes"));
darkScheme.addEventListener("change", () => request("all"));
toolbar.build();
drawNotes(state);
frame();

// For tests and for the curious: what the page computes, without its controls.
window.inspector = {
  state,
  compute: (model, asked) => compute(state.models[model], state.steps, asked, state.before[model]),
  // When a unit of a lane was written, and how often the units' gates are nearly open and nearly shut.
  ribbon(number, step, unit) {
    const lane = state.lanes()[number];
    state.go(step);
    state.choose(lane, unit);
    return ribbonOf(state, lane);
  },
  saturation(number, gate) {
    const lane = state.lanes()[number];
    const run = state.runOf(lane);
    return saturation(lane.layer, run, run.gates[gate]);
  },
  // Milliseconds of drawing for one step of the cursor.
  drawAt(step) {
    state.go(step);
    frame();
    return spent;
  },
};
