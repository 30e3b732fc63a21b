// Above the lanes: stepping and playing, what all lanes show, how much of the time, and which layer.
import { keepGate } from "./cells.js";
import { play } from "./keys.js";
import { say } from "./words.js";

const FEWEST_TO_ZOOM = 160;
const ZOOMS = [60, 200, 600];

export class Toolbar {
  constructor(state, root) {
    this.state = state;
    const find = (name) => root.querySelector(`#${name}`);
    this.player = find("play");
    this.states = find("all-states");
    this.gates = find("all-gates");
    this.zooms = find("zoom");
    this.layer = find("layer");
    this.player.addEventListener("click", () => play(state, !state.playing));
    find("step-back").addEventListener("click", () => state.go(state.step - 1));
    find("step-on").addEventListener("click", () => state.go(state.step + 1));
    this.states.addEventListener("click", () => this.showStates());
    this.gates.addEventListener("click", () => this.showGates());
    this.buildLayers();
  }

  showStates() {
    this.state.views.clear();
    this.state.tell("view");
  }

  showGates() {
    for (const model of this.state.models) {
      const gate = keepGate(model);
      if (gate) this.state.views.set(model.number, gate.name);
    }
    this.state.tell("view");
  }

  buildLayers() {
    const { state, layer } = this;
    const deepest = Math.max(...state.models.map((model) => model.layers.at(-1).layer));
    layer.closest("label").hidden = deepest === 1;
    for (let depth = 1; depth <= deepest; depth++) layer.append(new Option(depth, depth, false, depth === state.layer));
    layer.addEventListener("change", () => {
      state.layer = Number(layer.value);
      state.tell("layer");
    });
  }

  build() {
    const { state, zooms } = this;
    zooms.hidden = state.steps < FEWEST_TO_ZOOM || state.sequence.stamps.length > 0;
    this.counts = [...ZOOMS.filter((count) => count < state.steps), state.steps];
    zooms.replaceChildren(
      ...this.counts.map((count) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = count === state.steps ? say("zoom.all") : count;
        button.addEventListener("click", () => state.zoom(count));
        return button;
      }),
    );
  }

  draw() {
    const { state } = this;
    const press = (button, on) => button.setAttribute("aria-pressed", String(on));
    press(this.gates, state.views.size > 0);
    press(this.states, state.views.size === 0);
    this.counts.forEach((count, place) => press(this.zooms.children[place], state.span.count === count));
    this.player.textContent = state.playing ? "❚❚" : "▶";
    this.player.setAttribute("aria-label", say(state.playing ? "cursor.pause" : "cursor.play"));
  }
}
