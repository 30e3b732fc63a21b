// One lane: units by steps as a heat map, a band of quantiles below, and below that when the chosen unit was written.
import { darkScheme, ink, scaleOf } from "./colours.js";
import { fit, scaleFor } from "./canvas.js";
import { valueOf } from "./layers.js";
import { quantileBand } from "./measures.js";
import { ribbonOf } from "./sentences.js";
import { number, say, viewName } from "./words.js";

const HEAT = 128;
const HEAT_OF_MANY = 88;
const GAP = 7;
const BAND = 34;
const RIBBON = 26;

export class Lane {
  constructor(state, place, root, many) {
    Object.assign(this, { state, place, root });
    this.base = root.querySelector(".base");
    this.overlay = root.querySelector(".overlay");
    this.heat = many ? HEAT_OF_MANY : HEAT;
    this.height = this.heat + GAP + BAND + GAP + RIBBON;
  }

  // The heat map at one pixel for each value; made anew only where values or colours change.
  image() {
    const { state, place } = this;
    const { layer } = place;
    const view = state.viewOf(place.model);
    const run = state.runOf(place);
    const same = this.made && this.made.run === run && this.made.view === view && this.made.dark === darkScheme.matches;
    if (same) return this.made.canvas;
    const isGate = view in run.gates;
    const values = state.valuesOf(place);
    const units = layer.units;
    const steps = run.steps;
    const image = new ImageData(steps, units.length);
    const words = new Uint32Array(image.data.buffer);
    const table = scaleOf(isGate);
    const most = isGate ? 1 : state.largest(view);
    const low = isGate ? 0 : -most;
    const scale = 255 / (most - low);
    units.forEach((unit, row) => {
      const column = run.place ? run.place.get(unit) : unit;
      for (let t = 0; t < steps; t++) {
        const level = Math.round((values[t * run.width + column] - low) * scale);
        words[row * steps + t] = table[level < 0 ? 0 : level > 255 ? 255 : level];
      }
    });
    const canvas = new OffscreenCanvas(steps, units.length);
    canvas.getContext("2d").putImageData(image, 0, 0);
    this.band = quantileBand(run, values);
    this.range = [low, most];
    this.made = { run, view, canvas, dark: darkScheme.matches };
    return canvas;
  }

  draw(width) {
    this.scale = scaleFor(this.state, width);
    const context = fit(this.base, width, this.height);
    const image = this.image();
    const { first, count, past } = this.scale;
    context.imageSmoothingEnabled = count > past;
    context.drawImage(image, first, 0, count, this.rows, 0, 0, past, this.heat);
    this.drawBand(context);
    this.context = fit(this.overlay, width, this.height);
  }

  drawBand(context) {
    const { band, scale, range } = this;
    const top = this.heat + GAP;
    const end = scale.first + scale.count;
    const y = (value) => top + BAND - ((value - range[0]) / (range[1] - range[0])) * BAND;
    const between = (low, high, alpha) => {
      context.globalAlpha = alpha;
      context.beginPath();
      for (let t = scale.first; t < end; t++) context.lineTo(scale.middle(t), y(band[high][t]));
      for (let t = end - 1; t >= scale.first; t--) context.lineTo(scale.middle(t), y(band[low][t]));
      context.fill();
    };
    context.fillStyle = ink("wash");
    context.fillRect(0, top, scale.past, BAND);
    context.fillStyle = context.strokeStyle = ink("muted");
    between(0, 4, 0.25);
    between(1, 3, 0.4);
    context.globalAlpha = 1;
    context.lineWidth = 1.2;
    context.beginPath();
    for (let t = scale.first; t < end; t++) context.lineTo(scale.middle(t), y(band[2][t]));
    context.stroke();
  }

  get rows() {
    return this.place.layer.units.length;
  }

  // What moves with the cursor, on a canvas of its own.
  drawCursor() {
    const { state, context, scale, height, heat, place } = this;
    context.clearRect(0, 0, scale.width, height);
    this.drawHeld(context);
    this.ribbon = ribbonOf(state, place);
    const unit = state.unitOf(place);
    const row = place.layer.units.indexOf(unit);
    const each = heat / this.rows;
    if (row >= 0) {
      context.strokeStyle = ink("page");
      context.lineWidth = 3;
      context.strokeRect(0.5, row * each - 1, scale.past - 1, each + 2);
      context.strokeStyle = ink("ink");
      context.lineWidth = 1;
      context.strokeRect(0.5, row * each - 1, scale.past - 1, each + 2);
    }
    this.drawRibbon(context);
    context.fillStyle = ink("page");
    context.fillRect(scale.middle(state.step) - 1.75, 0, 3.5, height);
    context.fillStyle = ink("ink");
    context.fillRect(scale.middle(state.step) - 0.75, 0, 1.5, height);
  }

  // A line over the steps from which on something is held.
  drawHeld(context) {
    const { state, scale, heat, place } = this;
    for (const clamp of state.clamps) {
      if (clamp.layer !== place.layer.layer || clamp.direction !== place.layer.direction) continue;
      if (clamp.model !== null && clamp.model !== place.model.number) continue;
      if (clamp.name !== "h" && !place.model.gates.includes(clamp.name)) continue;
      const backward = clamp.direction === "backward";
      const from = backward ? 0 : Math.max(0, scale.left(clamp.since));
      const to = backward ? Math.min(scale.past, scale.left(clamp.since + 1)) : scale.past;
      if (to <= from) continue;
      context.fillStyle = ink("series-2");
      context.fillRect(from, heat + 1, to - from, 4);
    }
  }

  drawRibbon(context) {
    const { scale, height, ribbon } = this;
    const top = height - RIBBON;
    context.fillStyle = ink("wash");
    context.fillRect(0, top, scale.past, RIBBON);
    context.fillStyle = ink("muted");
    if (!ribbon) return;
    const { shares } = ribbon;
    let most = 0;
    for (const share of shares) if (share > most) most = share;
    if (!most) return;
    context.fillStyle = ink(ribbon.kind === "gates" ? "series-3" : "series-4");
    const wide = Math.max(1, scale.each);
    for (let s = scale.first; s < scale.first + scale.count; s++) {
      const tall = (shares[s] / most) * (RIBBON - 2);
      if (tall > 0.3) context.fillRect(scale.left(s), height - tall, wide, tall);
    }
  }

  unitAt(y) {
    const row = Math.floor((y / this.heat) * this.rows);
    return row >= 0 && row < this.rows ? this.place.layer.units[row] : null;
  }

  label() {
    const { state, place } = this;
    const unit = state.unitOf(place);
    const view = state.viewOf(place.model);
    const value = number(valueOf(state.runOf(place), state.valuesOf(place), state.step, unit), 2);
    return say("lane.label", { model: place.model.name, unit, what: viewName(view), value });
  }
}
