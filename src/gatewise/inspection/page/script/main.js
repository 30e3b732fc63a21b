// Puts the page together and draws what has changed, at most once a frame.
import { Answers, heading } from "./answers.js";
import { Charts } from "./charts.js";
import { css, darkScheme, scaleOf } from "./colours.js";
import { equationLines } from "./equations.js";
import { fit, InputView } from "./input.js";
import { listenToKeys, play, readAddress, writeAddress } from "./keys.js";
import { Lanes } from "./lanes.js";
import { saturation } from "./measures.js";
import { compute } from "./network.js";
import { unpack } from "./payload.js";
import { directionWord, ribbonOf, sentencesOf } from "./sentences.js";
import { State } from "./state.js";
import { WhatIf } from "./what_if.js";
import { listed, number, say, setLanguage, spoken, stretch, visible } from "./words.js";

const LEGEND = 96;
const byId = (id) => document.getElementById(id);
const state = new State(unpack(JSON.parse(byId("data").textContent)));
let chosenLanguage = readAddress(state);
setLanguage(chosenLanguage ?? (navigator.language.startsWith("zh") ? "zh" : "en"));

const inputView = new InputView(state, byId("input"));
const lanes = new Lanes(state, byId("lanes"));
const answers = new Answers(state, byId("answers"));
const charts = new Charts(state);
const whatIf = new WhatIf(state, byId("what-if"));
let overlay = null, dirty = new Set(["all"]), asked = false, drawn = 0;

function stepWords() {
  const { sequence } = state;
  const step = sequence.first + state.step + 1, label = visible(sequence.labels[state.step]);
  return say(label === String(step) ? "cursor.number" : "cursor.step", { step, total: sequence.first + state.steps, label });
}

function drawWords() {
  const slider = byId("cursor"), text = stepWords();
  byId("here").textContent = text;
  slider.setAttribute("aria-valuemax", state.sequence.first + state.steps);
  slider.setAttribute("aria-valuemin", state.sequence.first + 1);
  slider.setAttribute("aria-valuenow", state.sequence.first + state.step + 1);
  slider.setAttribute("aria-valuetext", text);
  byId("words-here").setAttribute("aria-live", state.playing ? "off" : "polite");
  byId("words-here").replaceChildren(
    ...lanes.lanes.map((lane) => {
      const part = document.createElement("div"), equations = document.createElement("pre");
      part.className = "at-cursor";
      part.append(heading(lane.place.model, directionWord(lane.place)));
      for (const sentence of sentencesOf(state, lane.place, lane.ribbon)) part.append(Object.assign(document.createElement("p"), { textContent: sentence }));
      equations.append(...equationLines(state, lane.place).map((line) => Object.assign(document.createElement("span"), { textContent: `${line}\n` })));
      equations.tabIndex = 0;
      equations.setAttribute("aria-label", say("equations.label", { model: lane.place.model.name }));
      part.append(equations);
      return part;
    })
  );
}

// One scale for gates and one for states: of those that some lane shows.
function drawLegend() {
  const views = state.models.map((model) => state.viewOf(model)), isState = (view) => view === "h" || view === "c";
  const states = views.filter(isState), gates = views.some((view) => !isState(view));
  const most = Math.max(...[...new Set(states)].map((view) => state.largest(view)));
  legend("legend-states", states.length > 0, false, number(-most, 2), number(most, 2));
  legend("legend-gates", gates, true, "0", "1");
  byId("all-gates").setAttribute("aria-pressed", String(gates));
  byId("all-states").setAttribute("aria-pressed", String(!gates));
}

function legend(id, shown, isGate, low, high) {
  const root = byId(id);
  root.hidden = !shown;
  if (!shown) return;
  const context = fit(root.querySelector("canvas"), LEGEND, 10), table = scaleOf(isGate);
  for (let x = 0; x < LEGEND; x++) {
    context.fillStyle = css(table[Math.round((255 * x) / (LEGEND - 1))]);
    context.fillRect(x, 0, 1.5, 10);
  }
  root.firstElementChild.textContent = low;
  root.lastElementChild.textContent = high;
}

function drawAll() {
  const width = byId("lanes").clientWidth;
  overlay = inputView.draw(width);
  lanes.draw(width);
  drawLegend();
}

function frame() {
  asked = false;
  const started = performance.now(), what = dirty;
  dirty = new Set();
  if (what.has("language")) {
    lanes.build();
    whatIf.build();
    drawNotes();
    buildZoom();
  }
  if (["all", "span", "view", "results", "language"].some((one) => what.has(one))) drawAll();
  else if (what.has("unit") && state.sequence.kind === "tokens") inputView.drawTokens();
  inputView.drawCursor(overlay);
  lanes.drawCursor();
  drawWords();
  answers.draw();
  whatIf.draw();
  if (["all", "unit", "results", "language"].some((one) => what.has(one))) charts.draw();
  byId("play").textContent = state.playing ? "❚❚" : "▶";
  byId("play").setAttribute("aria-label", say(state.playing ? "cursor.pause" : "cursor.play"));
  drawn = performance.now() - started;
}

function request(what) {
  dirty.add(what);
  if (!asked) requestAnimationFrame(frame);
  asked = true;
}

function drawNotes() {
  const { sequence, models } = state;
  const numbered = /^\d+$/.test(sequence.name);
  byId("title").textContent = say(numbered ? "title.number" : "title.name", { names: listed(models.map((model) => model.name)), name: sequence.name });
  document.title = `gatewise: ${byId("title").textContent}`;
  const plain = !sequence.seconds && sequence.size === 1;
  byId("facts").textContent = say(plain ? "facts.steps" : "facts.each", { steps: sequence.first + state.steps, each: stretch(sequence, 1) });
  const notes = sequence.notes.map((note) => say(`note.${note.code}`, note));
  if (models.some((model) => model.computed)) notes.push(say("note.agrees", { difference: number(state.difference, 1) }));
  byId("notes").replaceChildren(...notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  byId("language").textContent = spoken() === "zh" ? "English" : "中文";
  byId("language").lang = spoken() === "zh" ? "en" : "zh-Hans";
}

const FEWEST_TO_ZOOM = 160, ZOOMS = [60, 200, 600];

function buildZoom() {
  const group = byId("zoom");
  group.hidden = state.steps < FEWEST_TO_ZOOM || state.sequence.stamps.length > 0;
  const drawn = () => {
    group.replaceChildren(
      ...[...ZOOMS.filter((count) => count < state.steps), state.steps].map((count) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = count === state.steps ? say("zoom.all") : count;
        button.setAttribute("aria-pressed", String(state.span.count === count));
        button.addEventListener("click", () => {
          state.zoom(count);
          drawn();
          group.querySelector('[aria-pressed="true"]').focus();
        });
        return button;
      })
    );
  };
  drawn();
}

function buildLayers() {
  const deepest = Math.max(...state.models.flatMap((model) => model.layers.map((layer) => layer.layer))), select = byId("layer");
  select.closest("label").hidden = deepest === 1;
  for (let layer = 1; layer <= deepest; layer++) select.append(new Option(layer, layer, false, layer === state.layer));
  select.addEventListener("change", () => {
    state.layer = Number(select.value);
    state.tell("language");
  });
}

function listen() {
  state.listen((what) => {
    if (what === "view") lanes.build();
    if (what === "cursor") writeAddress(state, chosenLanguage);
    request(what);
  });
  listenToKeys(state);
  byId("play").addEventListener("click", () => play(state, !state.playing));
  byId("step-back").addEventListener("click", () => state.go(state.step - 1));
  byId("step-on").addEventListener("click", () => state.go(state.step + 1));
  byId("language").addEventListener("click", () => {
    chosenLanguage = spoken() === "zh" ? "en" : "zh";
    setLanguage(chosenLanguage);
    writeAddress(state, chosenLanguage);
    state.tell("language");
  });
  byId("all-states").addEventListener("click", () => {
    state.views.clear();
    state.tell("view");
  });
  byId("all-gates").addEventListener("click", () => {
    for (const model of state.models) {
      const place = Math.max(model.keeps.indexOf(1), model.keeps.indexOf(-1));
      const keeper = model.keeps.includes(1) ? model.blocks[model.keeps.indexOf(1)] : model.blocks[place];
      if (place >= 0) state.views.set(model.number, keeper);
    }
    state.tell("view");
  });
  const plot = byId("cursor");
  let down = false;
  const point = (event) => {
    const x = event.clientX - plot.getBoundingClientRect().left, unit = inputView.scale.unitAt(x);
    state.go(inputView.scale.stepAt(x), state.sequence.size > 1 ? Math.max(0, Math.min(state.steps * state.sequence.size - 1, unit)) : null);
  };
  plot.addEventListener("pointerdown", (event) => {
    down = true;
    plot.setPointerCapture(event.pointerId);
    point(event);
  });
  plot.addEventListener("pointermove", (event) => down && point(event));
  for (const end of ["pointerup", "pointercancel"]) plot.addEventListener(end, () => (down = false));
  window.addEventListener("hashchange", () => readAddress(state));
  new ResizeObserver(() => request("all")).observe(byId("lanes"));
  darkScheme.addEventListener("change", () => request("all"));
}

buildLayers();
buildZoom();
drawNotes();
listen();
frame();

// For tests and for the curious: what the page computes, without its controls.
window.inspector = {
  state,
  compute: (model, changes) => compute(state.models[model], state.steps, changes, state.before[model]),
  // When a unit of a lane was written, and how often the units' gates are nearly open and nearly shut.
  ribbon(number, step, unit) {
    const lane = state.lanes()[number];
    state.go(step);
    state.choose(lane, unit);
    return ribbonOf(state, lane);
  },
  saturation(number, gate) {
    const lane = state.lanes()[number], run = state.runOf(lane);
    return saturation(lane.layer, run, run.gates[gate]);
  },
  // Milliseconds of drawing for one step of the cursor.
  drawAt(step) {
    state.go(step);
    frame();
    return drawn;
  },
};
