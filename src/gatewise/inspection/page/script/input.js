// What the user gave, over the same steps as the lanes: a series with its forecast, tokens, a spectrogram or keys.
import { captionAt, drawBands, levelsOf } from "./bands.js";
import { fit, scaleFor } from "./canvas.js";
import { ink } from "./colours.js";
import { drawSeries } from "./series.js";
import { TokensView } from "./tokens.js";
import { say } from "./words.js";

const HEIGHT = 150;
const MOST_LINES = 6;

export class InputView {
  constructor(state, root) {
    this.state = state;
    this.base = root.querySelector(".base");
    this.overlay = root.querySelector(".overlay");
    this.caption = root.querySelector(".caption");
    const text = state.sequence.kind === "tokens";
    root.querySelector(".plot").hidden = text;
    root.querySelector(".tokens").hidden = !text;
    this.tokens = text ? new TokensView(state, root) : null;
  }

  // Values as they are now, with what was changed; of keys and levels from 0 to 255.
  values() {
    const { sequence, edits } = this.state;
    if (!edits.length) return sequence.values;
    const series = sequence.kind === "series";
    const count = series ? sequence.channels.length : sequence.bands;
    const found = sequence.values.slice();
    for (const { unit, channel, value } of edits) found[unit * count + channel] = series ? value : 255 * value;
    return found;
  }

  draw(width) {
    if (this.tokens) return this.tokens.draw();
    const { state } = this;
    const { kind, channels, size, bands } = state.sequence;
    this.scale = scaleFor(state, width);
    const context = fit(this.base, width, HEIGHT);
    const values = this.values();
    this.levels = null;
    if (kind !== "series") {
      drawBands(context, this.scale, size, HEIGHT, values, bands);
      this.caption.textContent = say(kind === "roll" ? "roll.caption" : "spectrogram.caption");
    } else if (channels.length > MOST_LINES) {
      this.levels = levelsOf(values, channels.length);
      drawBands(context, this.scale, size, HEIGHT, this.levels, channels.length);
    } else {
      this.caption.textContent = drawSeries(context, state, this.scale, HEIGHT, values);
    }
    this.context = fit(this.overlay, width, HEIGHT);
  }

  drawCursor() {
    if (this.tokens) return this.tokens.drawCursor();
    const { state, scale, context } = this;
    context.clearRect(0, 0, scale.width, HEIGHT);
    context.fillStyle = ink("ink");
    context.globalAlpha = 0.12;
    context.fillRect(scale.left(state.step), 0, Math.max(1, scale.each), HEIGHT);
    context.globalAlpha = 1;
    context.fillStyle = ink("page");
    context.fillRect(scale.unit(state.place) - 1.75, 0, 3.5, HEIGHT);
    context.fillStyle = ink("ink");
    context.fillRect(scale.unit(state.place) - 0.75, 0, 1.5, HEIGHT);
    if (this.levels) this.caption.textContent = captionAt(this.levels, state.sequence.channels, state.place);
  }
}
