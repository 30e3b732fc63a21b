// What the page is about, and what has to be known of it.
import { listed, number, say, spoken, stretch } from "./words.js";

// Over more steps Python measures no gradient.
const MOST_LAGS = 400;

export function drawNotes(state) {
  const byId = (id) => document.getElementById(id);
  const { sequence, models } = state;
  const names = listed(models.map((model) => model.name));
  const numbered = /^\d+$/.test(sequence.name);
  const title = say(numbered ? "title.number" : "title.name", { names, name: sequence.name });
  byId("title").textContent = title;
  document.title = `gatewise: ${title}`;
  const steps = sequence.first + state.steps;
  const plain = !sequence.seconds && sequence.size === 1;
  byId("facts").textContent = say(plain ? "facts.steps" : "facts.each", { steps, each: stretch(sequence, 1) });
  const notes = sequence.notes.map((note) => say(`note.${note.code}`, note));
  for (const { name, member, members } of state.models) {
    if (members > 1) notes.push(say("note.member", { model: name, number: member + 1, total: members }));
  }
  if (!state.gradients.length && steps > MOST_LAGS) notes.push(say("note.lags", {}));
  if (models.some((model) => model.computed)) {
    notes.push(say("note.agrees", { difference: number(state.difference, 1) }));
  }
  const lines = notes.map((text) => Object.assign(document.createElement("li"), { textContent: text }));
  byId("notes").replaceChildren(...lines);
  const chinese = spoken() === "zh";
  byId("language").textContent = chinese ? "English" : "中文";
  byId("language").lang = chinese ? "en" : "zh-Hans";
}
