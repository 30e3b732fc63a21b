// All lanes: made anew where models, layers or words change, drawn where values do.
import { MARKS, SERIES } from "./colours.js";
import { Lane } from "./lane.js";
import { directionWord } from "./sentences.js";
import { say, stretch, viewName } from "./words.js";

function viewButton(state, model, view) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = viewName(view);
  button.setAttribute("aria-pressed", String(state.viewOf(model) === view));
  button.addEventListener("click", () => {
    state.views.set(model.number, view);
    state.tell("view");
  });
  return button;
}

function describe(state, lane) {
  const { layer } = lane;
  const scales = layer.scales;
  const shown = layer.units.length;
  const values = {
    n: layer.size,
    shown,
    slow: stretch(state.sequence, scales[0]),
    fast: stretch(state.sequence, scales.at(-1)),
  };
  const order = say(layer.gated ? "lane.order" : "lane.moves", values);
  return shown < layer.size ? `${say("lane.some", values)} ${order}` : `${say("lane.all", values)} ${order}`;
}

export class Lanes {
  constructor(state, root) {
    this.state = state;
    this.root = root;
    this.template = document.getElementById("lane");
    this.build();
  }

  build() {
    const { state } = this;
    const places = state.lanes();
    this.lanes = places.map((place) => {
      const section = this.template.content.cloneNode(true).querySelector(".lane");
      const { model } = place;
      const mark = section.querySelector(".mark");
      mark.textContent = MARKS[model.number % MARKS.length];
      mark.style.color = `var(--${SERIES[model.number % SERIES.length]})`;
      const title = section.querySelector("h3 span:last-child");
      title.textContent = model.name + directionWord(place);
      section.querySelector(".about").textContent = describe(state, place);
      section
        .querySelector(".views")
        .replaceChildren(...[...model.states, ...model.gates].map((view) => viewButton(state, model, view)));
      section.querySelector(".views").setAttribute("aria-label", say("views.label", { model: model.name }));
      const lane = new Lane(state, place, section, places.length > 3);
      this.listen(lane, section.querySelector(".body"));
      return lane;
    });
    this.root.replaceChildren(...this.lanes.map((lane) => lane.root));
  }

  listen(lane, body) {
    lane.body = body;
    body.setAttribute("aria-label", say("lane.unit", { model: lane.place.model.name + directionWord(lane.place) }));
    const { state } = this;
    let down = false;
    const go = (event) => {
      const box = body.getBoundingClientRect();
      state.go(lane.scale.stepAt(event.clientX - box.left));
      if (event.type === "pointerdown") {
        const unit = lane.unitAt(event.clientY - box.top);
        if (unit !== null) state.choose(lane.place, unit);
      }
    };
    body.addEventListener("pointerdown", (event) => {
      down = true;
      body.setPointerCapture(event.pointerId);
      go(event);
    });
    body.addEventListener("pointermove", (event) => down && go(event));
    for (const end of ["pointerup", "pointercancel"]) body.addEventListener(end, () => (down = false));
    body.addEventListener("keydown", (event) => {
      const on = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!on) return;
      event.preventDefault();
      const { units } = lane.place.layer;
      const row = units.indexOf(state.unitOf(lane.place)) + on;
      if (row >= 0 && row < units.length) state.choose(lane.place, units[row]);
    });
  }

  draw(width) {
    for (const lane of this.lanes) lane.draw(width);
  }

  drawCursor() {
    for (const lane of this.lanes) {
      lane.drawCursor();
      const { body, place } = lane;
      const { units } = place.layer;
      body.setAttribute("aria-valuemax", units.length);
      body.setAttribute("aria-valuenow", units.indexOf(this.state.unitOf(place)) + 1);
      body.setAttribute("aria-valuetext", lane.label());
    }
  }
}
