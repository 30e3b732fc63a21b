// Words in the language that is chosen, and numbers as people read them.
import { LETTERS } from "./cells.js";

const TABLES = JSON.parse(document.getElementById("words").textContent);
const SPACE = "\u202f";
let language = "en";

export function setLanguage(name) {
  language = name in TABLES ? name : "en";
  document.documentElement.lang = language === "zh" ? "zh-Hans" : "en";
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = say(element.dataset.word);
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
  }
}

export const spoken = () => language;

// The words of a key, {names} filled in.
export function say(key, values = {}) {
  const text = TABLES[language][key];
  if (text === undefined) throw new Error(`no words for ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) {
    return value
      .toExponential(Math.max(0, digits - 1))
      .replace("-", "−")
      .replace("e+", "e");
  }
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return value.toFixed(Math.min(6, decimals)).replace("-", "−");
}

// a, b and c
export function listed(names) {
  const last = names.at(-1);
  return names.length > 1 ? `${names.slice(0, -1).join(say("list.comma"))}${say("list.and")}${last}` : last;
}

export function percent(share) {
  const value = 100 * share;
  const shown =
    value > 0 && value < 1 ? value.toFixed(1) : value < 100 && value > 99 ? value.toFixed(1) : value.toFixed(0);
  return `${shown}${SPACE}%`;
}

const UNITS = [
  [60, 1, "time.seconds"],
  [3600, 60, "time.minutes"],
  [2 * 86400, 3600, "time.hours"],
  [Infinity, 86400, "time.days"],
];

function counted(count, key) {
  return say(count === 1 ? `${key}.one` : `${key}.many`, { n: count });
}

// So many steps of the cell, as its user counts: in time where a step is one, else in what a step reads.
export function stretch(sequence, steps) {
  if (sequence.seconds) {
    const seconds = steps * sequence.seconds;
    const [, unit, key] = UNITS.find(([limit]) => seconds < limit);
    const value = seconds / unit;
    return counted(value < 10 ? Number(value.toPrecision(2)) : Math.round(value), key);
  }
  const count = steps * sequence.size;
  return counted(
    Number.isInteger(count) ? count : Number(count.toPrecision(count < 1 ? 2 : 3)),
    `unit.${sequence.unit}`,
  );
}

// What a lane shows: a state, or a gate by name and letter.
export function viewName(view) {
  if (view === "h" || view === "c") return view;
  return `${say(`view.${view}`)} ${LETTERS[view] ?? ""}`;
}

// A symbol that would not be seen.
const UNSEEN = { " ": "␣", "\n": "↵", "\t": "⇥", "": "∅" };

export function visible(label) {
  return UNSEEN[label] ?? label.replaceAll("\n", "↵");
}
