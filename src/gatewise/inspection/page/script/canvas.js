// Canvases over the time of the sequence: where steps stand, and how lines are drawn.

const FURTHEST_SHARE = 0.3; // of the width, for rows of the forecast

// Where steps, units of the input and rows of the forecast stand on a width.
export function scaleFor(state, width) {
  const { sequence, span } = state;
  const { size } = sequence;
  const horizon = sequence.stamps.length;
  const units = span.count * size;
  const share = horizon ? Math.min(FURTHEST_SHARE, horizon / (units + horizon)) : 0;
  const past = width * (1 - share);
  const each = past / span.count;
  return {
    width,
    past,
    each,
    ...span,
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

export function line(context, first, last, x, y) {
  context.beginPath();
  for (let place = first; place < last; place++) context.lineTo(x(place), y(place));
  context.stroke();
}
