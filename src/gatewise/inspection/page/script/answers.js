// What each model answers, and what it answered before something was held or changed.
import { MARKS, SERIES } from "./colours.js";
import { number, percent, say, visible } from "./words.js";

const BEST = 4;
const MOVED = 5e-4;

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export function heading(model, more = "", tag = "h3") {
  const made = element(tag);
  const mark = element("span", "mark", MARKS[model.number % MARKS.length]);
  mark.style.color = `var(--${SERIES[model.number % SERIES.length]})`;
  mark.setAttribute("aria-hidden", "true");
  made.append(mark, ` ${model.name}${more}`);
  return made;
}

function bar(label, share, before, right) {
  const row = element("div", `bar${right ? " right" : ""}`);
  const track = element("span", "track");
  const fill = element("span", "fill");
  fill.style.width = `${100 * share}%`;
  track.append(fill);
  const moved = Math.abs(share - before) > MOVED;
  if (moved) {
    const ghost = element("span", "ghost");
    ghost.style.left = `${100 * before}%`;
    track.append(ghost);
  }
  row.append(
    element("span", "name", label),
    track,
    element("span", "share", moved ? `${percent(before)} → ${percent(share)}` : percent(share)),
  );
  return row;
}

function shares(model, now, before, truth) {
  const order = Array.from(now.keys())
    .sort((a, b) => now[b] - now[a])
    .slice(0, BEST);
  const favourite = before.indexOf(Math.max(...before));
  if (!order.includes(favourite)) order.push(favourite);
  const names = model.answer.names;
  const right = Array.isArray(names) ? names.indexOf(truth) : -1;
  if (right >= 0 && !order.includes(right)) order.push(right);
  return order.map((place) =>
    bar(
      visible(names[place] ?? "?"),
      now[place],
      before[place],
      names[place] === truth && truth !== undefined && truth !== null,
    ),
  );
}

function meanError(forecast, truth) {
  return truth.reduce((sum, value, row) => sum + Math.abs(value - forecast[row]), 0) / truth.length;
}

function forecastWords(now, before, truth) {
  const moved = now.reduce((sum, value, row) => sum + Math.abs(value - before[row]), 0) / now.length;
  const found = [];
  const values = { moved: number(moved), first: number(now[0]), last: number(now.at(-1)) };
  if (truth) {
    Object.assign(values, { error: number(meanError(now, truth)), before: number(meanError(before, truth)) });
    found.push(say(moved > 0 ? "forecast.errors" : "forecast.error", values));
  }
  found.push(say("forecast.next", values));
  if (moved > 0) found.push(say("forecast.moved", values));
  return found;
}

function valueWords(now, before, truth) {
  const known = Number.isFinite(truth) ? say("value.truth", { truth: number(truth) }) : "";
  const shown =
    Math.abs(now - before) > 1e-9 * Math.max(1, Math.abs(before))
      ? `${number(before, 4)} → ${number(now, 4)}`
      : number(now, 4);
  return [`${shown} ${known}`];
}

// A line for each value, with its name where there are several targets.
function valuesWords(now, before, truth, names) {
  const name = (place) => (names.length > 1 ? `${names[place]}: ` : "");
  return Array.from(now).flatMap((value, place) =>
    valueWords(value, before[place], truth?.[place] ?? truth).map((line) => name(place) + line),
  );
}

export class Answers {
  constructor(state, root) {
    this.state = state;
    this.root = root;
  }

  draw() {
    const { state } = this;
    const { models, sequence, step } = state;
    this.root.replaceChildren(
      ...models.map((model) => {
        const now = state.now[model.number].answer;
        const before = state.before[model.number].answer;
        const part = element("div", "answer");
        part.append(heading(model));
        const each = model.answer.each;
        const [a, b] = each ? [now.at(step), before.at(step)] : [now.whole, before.whole];
        const truth = each && sequence.truth ? sequence.truth[step] : sequence.truth;
        if (model.answer.what === "probability") part.append(...shares(model, a, b, truth));
        else {
          const lines = sequence.stamps.length
            ? forecastWords(a, b, truth)
            : valuesWords(a, b, truth, model.answer.names);
          part.append(...lines.map((line) => element("p", "", line)));
        }
        return part;
      }),
    );
    const title = document.getElementById("answer-title");
    const each = models[0].answer.each;
    title.textContent = say(
      each
        ? state.task === "language"
          ? "answer.next"
          : "answer.here"
        : sequence.stamps.length
          ? "answer.forecast"
          : "answer.whole",
    );
    const label = document.getElementById("answer-truth");
    const truth =
      each && sequence.truth ? sequence.truth[step] : typeof sequence.truth === "string" ? sequence.truth : null;
    label.textContent =
      truth === null || typeof truth === "number" ? "" : say("answer.truth", { truth: visible(truth) });
  }
}
