// What the user gave, over the same steps as the lanes: a series with its forecast, tokens, a spectrogram or keys.
import { css, DASHES, ink, scaleOf, SERIES, textOn } from "./colours.js";
import { valueOf } from "./layers.js";
import { listed, number, say, viewName, visible } from "./words.js";

const HEIGHT = 150, MOST_LINES = 6, FURTHEST_SHARE = 0.3, HIGH = 200;

// Where steps, units of the input and rows of the forecast stand on a width.
export function scaleFor(state, width) {
  const { sequence, span } = state, { size } = sequence, horizon = sequence.stamps.length, units = span.count * size;
  const share = horizon ? Math.min(FURTHEST_SHARE, horizon / (units + horizon)) : 0;
  const past = width * (1 - share), each = past / span.count;
  return {
    width, past, each, ...span,
    left: (step) => (step - span.first) * each,
    middle: (step) => (step - span.first + 0.5) * each,
    stepAt: (x) => span.first + Math.floor(x / each),
    unit: (unit) => ((unit - span.first * size + 0.5) / size) * each,
    unitAt: (x) => span.first * size + Math.floor((x / each) * size),
    ahead: (row) => past + ((row + 0.5) / horizon) * (width - past),
  };
}

// A canvas of so many CSS pixels, sharp on every screen.
export function fit(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

function line(context, first, last, x, y) {
  context.beginPath();
  for (let place = first; place < last; place++) context.lineTo(x(place), y(place));
  context.stroke();
}

export class InputView {
  constructor(state, root) {
    this.state = state;
    this.base = root.querySelector(".base");
    this.overlay = root.querySelector(".overlay");
    this.tokens = root.querySelector(".tokens");
    this.caption = root.querySelector(".caption");
    const text = state.sequence.kind === "tokens";
    root.querySelector(".plot").hidden = text;
    this.tokens.hidden = !text;
    if (text) this.buildTokens();
  }

  buildTokens() {
    this.spans = this.state.sequence.labels.map((label, step) => {
      const span = document.createElement("span");
      span.dataset.step = step;
      span.textContent = visible(label);
      if (label.includes("\n")) span.append("\n");
      return span;
    });
    this.tokens.classList.toggle("letters", this.state.sequence.unit !== "word" || this.state.task === "language");
    this.tokens.replaceChildren(...this.spans);
    this.tokens.addEventListener("pointerdown", (event) => {
      if (event.target.dataset.step) this.state.go(Number(event.target.dataset.step));
    });
  }

  // Values as they are now, with what was changed.
  values() {
    const { sequence, edits } = this.state, { values, channels } = sequence;
    if (!edits.length) return values;
    const found = Float32Array.from(values);
    for (const { unit, channel, value } of edits) found[unit * channels.length + channel] = value;
    return found;
  }

  draw(width) {
    const { kind } = this.state.sequence;
    if (kind === "tokens") return this.drawTokens();
    this.scale = scaleFor(this.state, width);
    const context = fit(this.base, width, HEIGHT);
    if (kind === "series") this.drawSeries(context);
    else this.drawBands(context);
    return fit(this.overlay, width, HEIGHT);
  }

  drawTokens() {
    const { state } = this, lane = state.focused();
    const view = state.viewOf(lane.model), run = state.runOf(lane), values = state.valuesOf(lane), unit = state.unitOf(lane);
    const isGate = view in run.gates, table = scaleOf(isGate), most = isGate ? 1 : state.largest(view);
    const changed = new Map(state.edits.map((edit) => [edit.unit, edit.label]));
    this.spans.forEach((span, step) => {
      const value = valueOf(run, values, step, unit);
      const word = table[Math.max(0, Math.min(255, Math.round(255 * (isGate ? value : (value / most + 1) / 2))))];
      span.style.backgroundColor = css(word);
      span.style.color = textOn(word);
      const label = changed.get(step);
      span.classList.toggle("changed", label !== undefined);
      if (label !== undefined || span.firstChild.data !== visible(state.sequence.labels[step])) span.firstChild.data = visible(label ?? state.sequence.labels[step]);
    });
    this.caption.textContent = say("tokens.caption", { who: say("unit.of", { model: lane.model.name, unit }), what: viewName(view) });
  }

  drawSeries(context) {
    const { state, scale } = this, { channels, stamps, truth } = state.sequence;
    const count = channels.length, values = this.values(), units = values.length / count;
    if (count > MOST_LINES) return this.drawChannels(context, values, units, count);
    const forecasts = stamps.length ? state.models.map((model) => state.now[model.number].answer.whole) : [];
    const before = stamps.length && state.changed ? state.models.map((model) => state.before[model.number].answer.whole) : [];
    const shown = count === 1 || stamps.length ? [0] : channels.map((_, channel) => channel);
    const ranges = shown.map((channel) => {
      let low = Infinity, high = -Infinity;
      const meet = (value) => {
        if (value < low) low = value;
        if (value > high) high = value;
      };
      for (let unit = 0; unit < units; unit++) meet(values[unit * count + channel]);
      if (channel === 0) for (const part of [...forecasts, ...before, stamps.length && truth ? truth : []]) part.forEach(meet);
      return [low, high > low ? high : low + 1];
    });
    const y = (value, [low, high]) => HEIGHT - 10 - ((value - low) / (high - low)) * (HEIGHT - 26);
    const { size } = state.sequence, first = Math.max(0, scale.first * size - 1), last = Math.min(units, (scale.first + scale.count) * size + 1);
    context.lineWidth = 1.4;
    shown.forEach((channel, place) => {
      context.strokeStyle = shown.length > 1 ? ink(SERIES[place % SERIES.length]) : ink("ink");
      context.globalAlpha = shown.length > 1 && channel !== state.channel ? 0.45 : 1;
      line(context, first, last, scale.unit, (unit) => y(values[unit * count + channel], ranges[place]));
    });
    context.globalAlpha = 1;
    this.mark(context, (edit) => {
      const place = shown.indexOf(edit.channel);
      return place < 0 ? null : y(edit.value, ranges[place]);
    });
    if (stamps.length) this.drawAhead(context, forecasts, before, truth, (value) => y(value, ranges[0]));
    context.fillStyle = ink("muted");
    context.font = "11px system-ui, sans-serif";
    context.fillText(number(ranges[0][1]), 4, 11);
    context.fillText(number(ranges[0][0]), 4, HEIGHT - 2);
    this.caption.textContent =
      shown.length > 1 ? say("series.each", { names: channels.join(", ") }) : say(stamps.length ? "series.forecast" : "series.one", { name: channels[0] });
  }

  drawAhead(context, forecasts, before, truth, y) {
    const { scale } = this;
    context.fillStyle = ink("wash");
    context.globalAlpha = 0.7;
    context.fillRect(scale.past, 0, scale.width - scale.past, HEIGHT);
    context.globalAlpha = 1;
    if (truth) {
      context.strokeStyle = ink("ink");
      line(context, 0, truth.length, scale.ahead, (row) => y(truth[row]));
    }
    const draw = (values, alpha) =>
      values.forEach((forecast, model) => {
        context.strokeStyle = ink(SERIES[model % SERIES.length]);
        context.setLineDash(DASHES[model % DASHES.length]);
        context.globalAlpha = alpha;
        context.lineWidth = 1.8;
        line(context, 0, forecast.length, scale.ahead, (row) => y(forecast[row]));
      });
    draw(before, 0.3);
    draw(forecasts, 1);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  mark(context, y) {
    context.fillStyle = ink("series-2");
    for (const edit of this.state.edits) {
      const at = y(edit);
      if (at === null) continue;
      context.beginPath();
      context.arc(this.scale.unit(edit.unit), at, 4, 0, 7);
      context.fill();
    }
  }

  drawChannels(context, values, units, count) {
    const levels = new Float32Array(values.length);
    for (let channel = 0; channel < count; channel++) {
      let low = Infinity, high = -Infinity;
      for (let unit = 0; unit < units; unit++) {
        low = Math.min(low, values[unit * count + channel]);
        high = Math.max(high, values[unit * count + channel]);
      }
      for (let unit = 0; unit < units; unit++) levels[unit * count + channel] = 255 * ((values[unit * count + channel] - low) / (high - low || 1));
    }
    this.levels = levels;
    this.image(context, levels, units, count);
  }

  drawBands(context) {
    const { sequence } = this.state, count = sequence.bands;
    let values = sequence.values;
    if (this.state.edits.length) {
      values = Uint8Array.from(values);
      for (const { unit, channel, value } of this.state.edits) values[unit * count + channel] = 255 * value;
    }
    this.image(context, values, values.length / count, count);
    this.caption.textContent = say(sequence.kind === "roll" ? "roll.caption" : "spectrogram.caption");
  }

  image(context, levels, units, bands) {
    const image = new ImageData(units, bands), words = new Uint32Array(image.data.buffer), table = scaleOf(true);
    for (let unit = 0; unit < units; unit++) {
      for (let band = 0; band < bands; band++) words[(bands - 1 - band) * units + unit] = table[Math.round(levels[unit * bands + band])];
    }
    const canvas = new OffscreenCanvas(units, bands);
    canvas.getContext("2d").putImageData(image, 0, 0);
    const { scale } = this, { size } = this.state.sequence, first = scale.first * size;
    // A last step may have fewer units than the others.
    const count = Math.min(units - first, scale.count * size);
    context.imageSmoothingEnabled = count > scale.past;
    context.drawImage(canvas, first, 0, count, bands, 0, 0, (count / size) * scale.each, HEIGHT);
  }

  drawCursor(context) {
    const { state } = this;
    if (this.spans) {
      this.spans[this.marked]?.classList.remove("here");
      const span = this.spans[(this.marked = state.step)];
      span.classList.add("here");
      const box = this.tokens;
      if (span.offsetTop < box.scrollTop || span.offsetTop + span.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = span.offsetTop - box.clientHeight / 2;
      return;
    }
    const { scale } = this;
    context.clearRect(0, 0, scale.width, HEIGHT);
    context.fillStyle = ink("ink");
    context.globalAlpha = 0.12;
    context.fillRect(scale.left(state.step), 0, Math.max(1, scale.each), HEIGHT);
    context.globalAlpha = 1;
    context.fillStyle = ink("page");
    context.fillRect(scale.unit(state.place) - 1.75, 0, 3.5, HEIGHT);
    context.fillStyle = ink("ink");
    context.fillRect(scale.unit(state.place) - 0.75, 0, 1.5, HEIGHT);
    if (this.levels) this.captionOfChannels();
  }

  // Of many channels, which are high at the cursor.
  captionOfChannels() {
    const { channels } = this.state.sequence, count = channels.length, from = this.state.place * count;
    const levels = channels.map((name, channel) => ({ name, level: this.levels[from + channel] }));
    const high = levels.filter((one) => one.level > HIGH).sort((a, b) => b.level - a.level).slice(0, 3);
    this.caption.textContent = say("series.many", { n: count, high: high.length ? listed(high.map((one) => one.name)) : "–" });
  }
}
