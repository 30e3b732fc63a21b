// The controls that hold a gate, or a unit's state, from the cursor on.
import { LETTERS } from "./cells.js";
import { say, viewName } from "./words.js";

const ORDER = ["update", "reset", "forget", "input", "output"];
// The first things to try.
const PRESETS = [
  ["update", 1],
  ["update", 0],
  ["reset", 0],
  ["forget", 1],
  ["forget", 0],
  ["input", 0],
  ["output", 0],
];

export class Holding {
  constructor(state, root) {
    this.state = state;
    this.root = root.querySelector(".holding");
    this.models = state.models.filter((model) => model.computed);
    const find = (name) => root.querySelector(`#${name}`);
    this.since = find("since");
    this.presets = find("presets");
    this.gate = find("gate");
    this.value = find("gate-value");
    this.slide = find("gate-slide");
    this.scope = find("scope");
    this.direction = find("direction");
    find("hold").addEventListener("click", () => this.hold(this.gate.value, Number(this.value.value)));
    this.listen();
  }

  listen() {
    for (const [from, to] of [
      [this.slide, this.value],
      [this.value, this.slide],
    ]) {
      from.addEventListener("input", () => {
        to.value = from.value;
        this.again();
      });
    }
    this.gate.addEventListener("change", () => {
      const least = this.gate.value === "h" ? -1 : 0;
      for (const control of [this.slide, this.value]) control.min = least;
    });
  }

  build() {
    const gates = ORDER.filter((name) => this.models.some((model) => model.gates.includes(name)));
    this.root.hidden = !this.models.length;
    this.direction.closest("label").hidden = !this.models.some((model) => model.bidirectional);
    this.presets.replaceChildren(
      ...PRESETS.filter(([name]) => gates.includes(name)).map(([name, value]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = `${LETTERS[name]} = ${value} · ${this.whose(name)}`;
        button.addEventListener("click", () => this.hold(name, value));
        return button;
      }),
    );
    const chosen = this.gate.value;
    const options = gates.map((name) => new Option(`${viewName(name)} · ${this.whose(name)}`, name));
    this.gate.replaceChildren(...options, new Option(say("what_if.state"), "h"));
    if (chosen) this.gate.value = chosen;
  }

  whose(name) {
    return this.models
      .filter((model) => model.gates.includes(name))
      .map((model) => model.name)
      .join(", ");
  }

  hold(name, value) {
    const { state } = this;
    this.gate.value = name;
    this.value.value = this.slide.value = value;
    const clamp = { name, value, since: state.step, unit: null, model: null, layer: state.layer };
    if (this.scope.value === "all") return state.hold({ ...clamp, direction: this.direction.value });
    // One unit: of the lane that was last touched, if it has the gate.
    const has = (lane) => lane.model.computed && (name === "h" || lane.model.gates.includes(name));
    const places = state.lanes().filter(has);
    const lane = places.find((one) => one.key === state.focus) ?? places[0];
    const { layer, direction } = lane.layer;
    state.hold({ ...clamp, unit: state.unitOf(lane), model: lane.model.number, layer, direction });
  }

  // What the slider moves is the last thing held, as long as it is the one that is named beside it.
  again() {
    const last = this.state.clamps.at(-1);
    const value = Number(this.value.value);
    if (last && last.name === this.gate.value && Number.isFinite(value)) this.state.hold({ ...last, value });
  }

  draw() {
    const { sequence, step } = this.state;
    this.since.textContent = say("what_if.from", { step: sequence.first + step + 1 });
  }
}
