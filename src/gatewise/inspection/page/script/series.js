// A series as lines, with what came after it and what each model forecasts.
import { line } from "./canvas.js";
import { DASHES, ink, SERIES } from "./colours.js";
import { number, say } from "./words.js";

function rangeOf(parts) {
  let low = Infinity;
  let high = -Infinity;
  for (const part of parts) {
    for (const value of part) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high > low ? high : low + 1];
}

/* Draws the channels, each on its own scale, and what is ahead: {forecasts, before, truth}. Gives the caption.

   Of a forecast's columns only the target is drawn. */
export function drawSeries(context, state, scale, height, values) {
  const { channels, stamps, truth, size } = state.sequence;
  const count = channels.length;
  const units = values.length / count;
  const answers = (computed) => (stamps.length ? state.models.map((model) => computed[model.number].answer.whole) : []);
  const ahead = {
    forecasts: answers(state.now),
    before: state.changed ? answers(state.before) : [],
    truth: stamps.length ? truth : null,
  };
  const shown = stamps.length ? [0] : channels.map((_, channel) => channel);
  const ranges = shown.map((channel) => {
    const own = values.filter((_, place) => place % count === channel);
    return rangeOf(channel ? [own] : [own, ...ahead.forecasts, ...ahead.before, ahead.truth ?? []]);
  });
  const y = (value, [low, high]) => height - 10 - ((value - low) / (high - low)) * (height - 26);
  const first = Math.max(0, scale.first * size - 1);
  const last = Math.min(units, (scale.first + scale.count) * size + 1);
  context.lineWidth = 1.4;
  shown.forEach((channel, place) => {
    context.strokeStyle = shown.length > 1 ? ink(SERIES[place % SERIES.length]) : ink("ink");
    context.globalAlpha = shown.length > 1 && channel !== state.channel ? 0.45 : 1;
    line(context, first, last, scale.unit, (unit) => y(values[unit * count + channel], ranges[place]));
  });
  context.globalAlpha = 1;
  context.fillStyle = ink("series-2");
  for (const edit of state.edits) {
    const place = shown.indexOf(edit.channel);
    if (place >= 0) dot(context, scale.unit(edit.unit), y(edit.value, ranges[place]));
  }
  if (stamps.length) drawAhead(context, scale, height, ahead, (value) => y(value, ranges[0]));
  context.fillStyle = ink("muted");
  context.font = "11px system-ui, sans-serif";
  context.fillText(number(ranges[0][1]), 4, 11);
  context.fillText(number(ranges[0][0]), 4, height - 2);
  if (shown.length > 1) return say("series.each", { names: channels.join(", ") });
  return say(stamps.length ? "series.forecast" : "series.one", { name: channels[0] });
}

function dot(context, x, y) {
  context.beginPath();
  context.arc(x, y, 4, 0, 7);
  context.fill();
}

function drawAhead(context, scale, height, { forecasts, before, truth }, y) {
  context.fillStyle = ink("wash");
  context.globalAlpha = 0.7;
  context.fillRect(scale.past, 0, scale.width - scale.past, height);
  context.globalAlpha = 1;
  if (truth) {
    context.strokeStyle = ink("ink");
    line(context, 0, truth.length, scale.ahead, (row) => y(truth[row]));
  }
  context.lineWidth = 1.8;
  for (const [values, alpha] of [
    [before, 0.3],
    [forecasts, 1],
  ]) {
    values.forEach((forecast, model) => {
      context.strokeStyle = ink(SERIES[model % SERIES.length]);
      context.setLineDash(DASHES[model % DASHES.length]);
      context.globalAlpha = alpha;
      line(context, 0, forecast.length, scale.ahead, (row) => y(forecast[row]));
    });
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}
