// Below the lanes: how often each unit's gates are nearly open and nearly shut, and the gradient by lag.
import { heading } from "./answers.js";
import { DASHES, ink, SERIES } from "./colours.js";
import { fit } from "./canvas.js";
import { saturation } from "./measures.js";
import { directionWord } from "./sentences.js";
import { number, say, viewName } from "./words.js";

const SIDE = 168;
const MARGIN = 22;
const LAG_HEIGHT = 190;

function axis(context, width, height) {
  context.strokeStyle = ink("rule");
  context.strokeRect(MARGIN + 0.5, 6.5, width - MARGIN - 8, height - MARGIN - 8);
  context.fillStyle = ink("muted");
  context.font = "10px system-ui, sans-serif";
}

function scatter(state, lane, gate) {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("figcaption");
  caption.textContent = `${lane.model.name}${directionWord(lane)} · ${viewName(gate)}`;
  canvas.style.width = `${SIDE}px`;
  figure.append(canvas, caption);
  const run = state.runOf(lane);
  const points = saturation(lane.layer, run, run.gates[gate]);
  canvas.setAttribute("role", "img");
  const most = points.reduce((best, one) => (one.high > best.high ? one : best));
  canvas.setAttribute(
    "aria-label",
    say("saturation.label", { who: caption.textContent, unit: most.unit, share: number(100 * most.high, 2) }),
  );
  const context = fit(canvas, SIDE, SIDE);
  const inner = SIDE - MARGIN - 8;
  axis(context, SIDE, SIDE);
  context.fillText("0", MARGIN - 3, SIDE - 5);
  context.fillText("1", SIDE - 12, SIDE - 5);
  context.fillText("1", MARGIN - 10, 14);
  context.fillText("> 0.9 →", SIDE / 2 - 8, SIDE - 5);
  context.save();
  context.translate(12, SIDE / 2 + 12);
  context.rotate(-Math.PI / 2);
  context.fillText("< 0.1 →", 0, 0);
  context.restore();
  const chosen = state.unitOf(lane);
  for (const { unit, high, low } of points) {
    context.globalAlpha = unit === chosen ? 1 : 0.45;
    context.fillStyle = ink(unit === chosen ? "ink" : SERIES[lane.model.number % SERIES.length]);
    context.beginPath();
    context.arc(MARGIN + high * inner, 6 + (1 - low) * inner, unit === chosen ? 4.5 : 3, 0, 7);
    context.fill();
  }
  return figure;
}

function drawLags(canvas, lags, models, width) {
  const context = fit(canvas, width, LAG_HEIGHT);
  const inner = width - MARGIN - 30;
  axis(context, width - 22, LAG_HEIGHT);
  const longest = Math.max(...lags.flatMap((one) => [one.before, one.after].map((norms) => norms?.length ?? 0)));
  const all = lags.flatMap((one) => [...(one.before ?? []), ...(one.after ?? [])]).filter((norm) => norm > 0);
  const low = Math.max(-8, Math.log10(Math.min(...all)));
  const high = Math.max(0, Math.log10(Math.max(...all)));
  const x = (lag) => MARGIN + (lag / Math.max(1, longest - 1)) * inner;
  const y = (norm) =>
    6 + ((high - Math.max(low, Math.log10(norm || 1e-9))) / (high - low || 1)) * (LAG_HEIGHT - MARGIN - 8);
  lags.forEach((one) => {
    const { number } = models.find((model) => model.name === one.name);
    for (const [norms, alpha] of [
      [one.before, 0.35],
      [one.after, 1],
    ]) {
      if (!norms) continue;
      context.strokeStyle = ink(SERIES[number % SERIES.length]);
      context.setLineDash(DASHES[number % DASHES.length]);
      context.globalAlpha = alpha;
      context.lineWidth = 1.8;
      context.beginPath();
      norms.forEach((norm, lag) => context.lineTo(x(lag), y(norm)));
      context.stroke();
    }
  });
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.fillStyle = ink("muted");
  context.fillText("0", MARGIN, LAG_HEIGHT - 6);
  context.fillText(String(longest - 1), MARGIN + inner - 16, LAG_HEIGHT - 6);
  context.fillText(number(10 ** high, 1), 0, 14);
  context.fillText(number(10 ** low, 1), 0, LAG_HEIGHT - MARGIN);
}

export class Charts {
  constructor(state) {
    this.state = state;
    this.saturated = document.getElementById("saturation");
    this.lags = document.getElementById("lags");
    this.lags.closest("section").hidden = !state.gradients.length;
  }

  draw() {
    const { state } = this;
    const places = state.lanes().filter((lane) => lane.model.gates.length);
    this.saturated.closest("section").hidden = !places.length;
    this.saturated.replaceChildren(
      ...places.flatMap((lane) => lane.model.gates.map((gate) => scatter(state, lane, gate))),
    );
    if (!state.gradients.length) return;
    const width = Math.min(560, this.lags.parentElement.clientWidth);
    this.lags.style.width = `${width}px`;
    drawLags(this.lags, state.gradients, state.models, width);
    document.getElementById("lag-names").replaceChildren(
      ...state.gradients.map((one) => {
        const model = state.models.find((other) => other.name === one.name);
        return heading(model, "", "span");
      }),
    );
  }
}
