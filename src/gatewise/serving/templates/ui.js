"use strict";
const at = (id) => document.getElementById(id);
const state = { said: null, asked: 0, trace: null, steps: null, timer: 0 };

const put = (parent, tag, text = "", name = "") => {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = name;
  parent.append(made);
  return made;
};
const short = (value) => (typeof value === "number" ? Number(value.toPrecision(4)).toString() : String(value));

async function call(path, body) {
  const options = body ? { method: "POST", body: JSON.stringify(body) } : {};
  const answer = await fetch(`/v2/models/${at("model").value}${path}`, options);
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  return said;
}

// What the model reads decides how the text is taken apart.
const kindOf = () => {
  const first = (state.said.inputs[0] || (state.said.step && state.said.step.inputs[0]) || {}).name;
  const columns = state.said.inputs.length && state.said.inputs.every((one) => one.optional);
  return columns ? "columns" : ["text", "prompt", "words", "samples"].includes(first) ? first : "rows";
};
const described = () => state.said.inputs[0] || state.said.step.inputs[0];
const help = {
  columns: () => `A table with a line of names: ${state.said.inputs.map((one) => one.name).join(", ")}. Empty: the series that it was fitted on.`,
  text: () => "A text.",
  prompt: () => "What stands before; it goes on from there.",
  words: () => "Words, with spaces between them.",
  samples: () => "Recordings are sent by a program: /docs says how.",
  rows: () => {
    const one = described();
    const names = one.names ? `: ${one.names.join(", ")}` : "";
    return `One step a line, ${one.shape.at(-1)} numbers with commas between them${names}.`;
  },
};

function cells(text) {
  const lines = text.trim().split(/\r?\n/).filter((line) => line.trim());
  const mark = ["\t", ";", ","].find((one) => lines.some((line) => line.includes(one))) || ",";
  return lines.map((line) => line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
}

function rowsOf(text) {
  const one = described();
  const width = one.shape.at(-1);
  let table = cells(text);
  const head = table.length && table[0].some((cell) => cell !== "" && Number.isNaN(Number(cell))) ? table.shift() : null;
  if (head && one.names && one.names.every((name) => head.includes(name))) {
    const places = one.names.map((name) => head.indexOf(name));
    table = table.map((row) => places.map((place) => row[place]));
  } else if (one.shape.length === 3 || one.name === "row") {
    table = table.map((row) => row.slice(-width));
  }
  const numbers = table.map((row) => row.map((cell) => (cell === "" || cell === undefined ? NaN : Number(cell))));
  numbers.forEach((row, place) => {
    if (row.some(Number.isNaN)) throw new Error(`line ${place + 1 + (head ? 1 : 0)}: expected ${width} numbers`);
  });
  return numbers;
}

function inputsOf(text) {
  const kind = kindOf();
  const one = described();
  if (kind === "samples") throw new Error(help.samples());
  if (kind === "text" || kind === "prompt") return [{ name: one.name, datatype: one.datatype, shape: [1], data: [text] }];
  if (kind === "words") {
    const words = text.trim().split(/\s+/);
    return [{ name: "words", datatype: "BYTES", shape: [1, words.length], data: words }];
  }
  if (kind === "columns") {
    const [head, ...table] = cells(text);
    const known = Object.fromEntries(state.said.inputs.map((field) => [field.name, field]));
    return (head || []).flatMap((name, place) => {
      const field = known[name];
      if (!field) return [];
      const data = table.map((row) => (field.datatype === "BYTES" ? row[place] || "" : Number(row[place])));
      return [{ name, datatype: field.datatype, shape: [data.length], data }];
    });
  }
  const rows = rowsOf(text);
  const flat = one.shape.length === 2;
  return [{ name: one.name, datatype: one.datatype, shape: flat ? [1, rows.flat().length] : [1, rows.length, one.shape.at(-1)], data: rows.flat() }];
}

// Of forecasts and texts that are written, gatewise inspect shows the gates.
const traced = () => !["columns", "prompt"].includes(kindOf());

// The answer after each step, where the model goes step by step.
async function stepped(inputs) {
  const step = state.said.step;
  if (!step || kindOf() !== "rows" || (described().shape.length === 2 && described().name !== "row")) return null;
  const given = [{ ...inputs[0], name: step.inputs[0].name }];
  const states = new Set(step.states.map((one) => one.name));
  const found = await call("/infer", { inputs: given, parameters: { step: true } });
  return found.outputs.filter((one) => !states.has(one.name));
}

async function ask() {
  const asked = ++state.asked;
  at("error").textContent = "";
  try {
    const inputs = inputsOf(at("rows").value);
    const whole = state.said.inputs.length > 0;
    const [answer, steps, trace] = await Promise.all([
      whole ? call("/infer", { inputs }) : null,
      stepped(inputs).catch(() => null),
      whole && traced() ? call("/trace", { inputs }).catch(() => null) : null,
    ]);
    if (asked !== state.asked) return;
    Object.assign(state, { trace, steps, outputs: answer ? answer.outputs : null });
    show();
  } catch (error) {
    at("error").textContent = error.message;
  }
}

function show() {
  const { trace, steps } = state;
  const count = trace ? trace.layers[0].states[Object.keys(trace.layers[0].states)[0]].length : steps ? steps[0].shape[1] : 0;
  at("inside").hidden = !count;
  at("step").max = Math.max(0, count - 1);
  at("step").value = Math.max(0, count - 1);
  build();
  move();
}

function build() {
  const layers = at("layers");
  layers.replaceChildren();
  for (const layer of state.trace ? state.trace.layers : []) {
    put(layers, "h3", `Layer ${layer.layer}${layer.direction === "backward" ? ", read from the end" : ""}`);
    for (const [kind, parts] of [["gate", layer.gates], ["state", layer.states]]) {
      for (const [name, values] of Object.entries(parts)) {
        put(layers, "p", kind === "gate" ? `${name} gate` : `state ${name}`, "muted");
        const units = put(layers, "div", "", `units ${kind}`);
        units.values = values;
        values[0].forEach(() => put(put(units, "span"), "i"));
      }
    }
  }
}

function move() {
  const place = Number(at("step").value);
  const last = place === Number(at("step").max);
  const first = state.trace ? state.trace.first : 0;
  at("place").textContent = `step ${first + place + 1} of ${first + Number(at("step").max) + 1}`;
  for (const units of document.querySelectorAll(".units")) {
    const most = units.classList.contains("state") ? Math.max(1, ...units.values.flat().map(Math.abs)) : 1;
    units.values[place].forEach((value, number) => {
      const bar = units.children[number].firstChild;
      const size = Math.min(100, (Math.abs(value) / most) * 100);
      if (units.classList.contains("state")) {
        bar.classList.toggle("below", value < 0);
        bar.style.height = `${size / 2}%`;
        bar.style.bottom = value < 0 ? `${50 - size / 2}%` : "50%";
      } else bar.style.height = `${size}%`;
      units.children[number].title = `unit ${number + 1}: ${short(value)}`;
    });
  }
  answer(first + place, last);
}

function answer(place, last) {
  const box = at("answer");
  box.replaceChildren();
  const outputs = last && state.outputs ? state.outputs : state.steps;
  if (!outputs) {
    put(box, "p", "This model answers at the end of a sequence only.", "muted");
    if (state.outputs) outputsInto(box, state.outputs, 0);
    return;
  }
  outputsInto(box, outputs, outputs === state.steps ? place : 0);
}

function outputsInto(box, outputs, step) {
  const named = Object.fromEntries([...state.said.outputs, ...(state.said.step ? state.said.step.outputs : [])].map((one) => [one.name, one.names]));
  if (kindOf() === "columns") return table(box, outputs);
  for (const one of outputs) {
    const width = one.shape.at(-1);
    const names = named[one.name] && named[one.name].length === width ? named[one.name] : null;
    const data = names || one.shape.length > 2 ? one.data.slice(step * width, (step + 1) * width) : one.data;
    if (names && one.name === "probabilities") bars(box, names, data);
    else if (one.datatype === "BYTES" && kindOf() === "words") words(box, data);
    else if (one.name === "text") put(box, "p", data[0], "text");
    else if (one.name !== "label") put(box, "p", data.map(short).join(", "), data.length > 4 ? "" : "number");
  }
}

function bars(box, names, data) {
  const best = Math.max(...data);
  const order = names.map((_, place) => place).sort((one, other) => (names.length > 12 ? data[other] - data[one] : one - other));
  const grid = put(box, "div", "", "answer");
  for (const place of order.slice(0, 12)) {
    put(grid, data[place] === best ? "b" : "span", names[place] === " " ? "␣" : names[place]);
    put(put(grid, "span", "", "bar"), "i").style.width = `${data[place] * 100}%`;
    put(grid, "span", data[place].toFixed(3));
  }
}

function words(box, labels) {
  const given = at("rows").value.trim().split(/\s+/);
  const grid = put(put(box, "div", "", "scroll"), "table");
  given.forEach((word, place) => {
    const row = put(grid, "tr");
    put(row, "td", word);
    put(row, "td", labels[place]);
  });
}

function table(box, outputs) {
  const grid = put(put(box, "div", "", "scroll"), "table");
  const head = put(grid, "tr");
  outputs.forEach((one) => put(head, "th", one.name));
  for (let row = 0; row < Math.min(200, outputs[0].data.length); row++) {
    const line = put(grid, "tr");
    outputs.forEach((one) => put(line, "td", short(one.data[row])));
  }
}

function play() {
  if (state.timer) {
    clearInterval(state.timer);
    state.timer = 0;
  } else {
    const slider = at("step");
    if (slider.value === slider.max) slider.value = 0;
    state.timer = setInterval(() => {
      if (Number(slider.value) >= Number(slider.max)) return play();
      slider.value = Number(slider.value) + 1;
      move();
    }, 160);
  }
  at("play").textContent = state.timer ? "Stop" : "Play";
}

function example() {
  const kind = kindOf();
  const width = kind === "rows" ? described().shape.at(-1) : 0;
  const flat = kind === "rows" && described().shape.length === 2 && described().name !== "row";
  const wave = (step, channel) => Math.sin((step + 1) * (0.5 + 0.2 * channel)).toFixed(3);
  const rows = Array.from({ length: flat ? 1 : 24 }, (_, step) => Array.from({ length: width }, (_, place) => (flat ? wave(place, 0) : wave(step, place))));
  at("rows").value = kind === "rows" ? rows.map((row) => row.join(",")).join("\n") : kind === "columns" ? "" : "it was a dark and quiet night";
  ask();
}

async function choose() {
  at("error").textContent = "";
  try {
    state.said = await call("");
    at("what").textContent = help[kindOf()]();
    example();
  } catch (error) {
    at("error").textContent = error.message;
  }
}

async function take(file) {
  if (!file) return;
  at("rows").value = await file.text();
  ask();
}

const rows = at("rows");
at("model").addEventListener("change", choose);
at("ask").addEventListener("click", ask);
at("example").addEventListener("click", example);
at("play").addEventListener("click", play);
at("step").addEventListener("input", move);
at("file").addEventListener("change", (event) => take(event.target.files[0]));
rows.addEventListener("keydown", (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && ask());
rows.addEventListener("input", () => {
  clearTimeout(state.later);
  state.later = setTimeout(ask, 400);
});
for (const name of ["dragover", "dragleave", "drop"]) {
  rows.addEventListener(name, (event) => {
    event.preventDefault();
    rows.classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files[0]);
  });
}
choose();
