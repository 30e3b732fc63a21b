// The step of the cursor, and what each lane's unit does there: in words and in its equations.
import { heading } from "./answers.js";
import { equationLines } from "./equations.js";
import { directionWord, sentencesOf } from "./sentences.js";
import { say, visible } from "./words.js";

function made(tag, textContent) {
  return Object.assign(document.createElement(tag), { textContent });
}

function stepWords(state) {
  const { sequence } = state;
  const step = sequence.first + state.step + 1;
  const label = visible(sequence.labels[state.step]);
  const total = sequence.first + state.steps;
  return say(label === String(step) ? "cursor.number" : "cursor.step", { step, total, label });
}

export function drawStep(state) {
  const slider = document.getElementById("cursor");
  const { first } = state.sequence;
  const text = stepWords(state);
  document.getElementById("here").textContent = text;
  slider.setAttribute("aria-valuemin", first + 1);
  slider.setAttribute("aria-valuemax", first + state.steps);
  slider.setAttribute("aria-valuenow", first + state.step + 1);
  slider.setAttribute("aria-valuetext", text);
}

export function drawWords(state, lanes) {
  const root = document.getElementById("words-here");
  // Nobody can listen to ten steps a second.
  root.setAttribute("aria-live", state.playing ? "off" : "polite");
  root.replaceChildren(...lanes.map((lane) => wordsOf(state, lane)));
}

function wordsOf(state, lane) {
  const { place, ribbon } = lane;
  const part = document.createElement("div");
  part.className = "at-cursor";
  const equations = document.createElement("pre");
  equations.tabIndex = 0;
  equations.setAttribute("aria-label", say("equations.label", { model: place.model.name }));
  equations.append(...equationLines(state, place).map((line) => made("span", `${line}\n`)));
  const sentences = sentencesOf(state, place, ribbon).map((sentence) => made("p", sentence));
  part.append(heading(place.model, directionWord(place)), ...sentences, equations);
  return part;
}
