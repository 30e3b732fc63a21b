// Many channels, the bands of a recording, or keys: an image of one pixel for each value.
import { scaleOf } from "./colours.js";
import { listed, say } from "./words.js";

const HIGH = 200; // of 255

// Each channel from its lowest value to its highest, as levels from 0 to 255.
export function levelsOf(values, count) {
  const levels = new Float32Array(values.length);
  const units = values.length / count;
  for (let channel = 0; channel < count; channel++) {
    let low = Infinity;
    let high = -Infinity;
    for (let unit = 0; unit < units; unit++) {
      low = Math.min(low, values[unit * count + channel]);
      high = Math.max(high, values[unit * count + channel]);
    }
    const scale = 255 / (high - low || 1);
    for (let unit = 0; unit < units; unit++) {
      levels[unit * count + channel] = (values[unit * count + channel] - low) * scale;
    }
  }
  return levels;
}

export function drawBands(context, scale, size, height, levels, bands) {
  const units = levels.length / bands;
  const image = new ImageData(units, bands);
  const words = new Uint32Array(image.data.buffer);
  const table = scaleOf(true);
  for (let unit = 0; unit < units; unit++) {
    for (let band = 0; band < bands; band++) {
      words[(bands - 1 - band) * units + unit] = table[Math.round(levels[unit * bands + band])];
    }
  }
  const canvas = new OffscreenCanvas(units, bands);
  canvas.getContext("2d").putImageData(image, 0, 0);
  const first = scale.first * size;
  // A last step may have fewer units than the others.
  const count = Math.min(units - first, scale.count * size);
  context.imageSmoothingEnabled = count > scale.past;
  context.drawImage(canvas, first, 0, count, bands, 0, 0, (count / size) * scale.each, height);
}

// Of many channels, which are high at a place.
export function captionAt(levels, channels, place) {
  const high = channels
    .map((name, channel) => ({ name, level: levels[place * channels.length + channel] }))
    .filter((one) => one.level > HIGH)
    .sort((a, b) => b.level - a.level)
    .slice(0, 3);
  return say("series.many", { n: channels.length, high: high.length ? listed(high.map((one) => one.name)) : "–" });
}
