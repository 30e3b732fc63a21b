// Colour scales that the colour-blind can read: one for what goes from 0 to 1, one for what goes both ways from 0.

// Cividis, of Nuñez, Anderton & Renslow 2018.
const CIVIDIS = [
  "#00224e",
  "#123570",
  "#3b496c",
  "#575d6d",
  "#707173",
  "#8a8678",
  "#a59c74",
  "#c3b369",
  "#e1cc55",
  "#fee838",
];
// Blue, the page, orange.
const BOTH_WAYS = {
  light: ["#00456e", "#0072b2", "#6fb3d9", "#cfe3ee", "#fdfdfb", "#f6dfcf", "#eba06c", "#d55e00", "#823900"],
  dark: ["#a8dcff", "#56b4e9", "#2c6f97", "#1c3a4d", "#14171a", "#4a2f1e", "#9c5627", "#ff8f4d", "#ffc7a1"],
};

function rgb(colour) {
  return [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
}

// 256 colours between the stops, as the words of an ImageData.
function table(stops) {
  const parts = stops.map(rgb);
  const found = new Uint32Array(256);
  for (let level = 0; level < 256; level++) {
    const place = (level / 255) * (parts.length - 1);
    const low = Math.min(parts.length - 2, Math.floor(place));
    const share = place - low;
    const [r, g, b] = [0, 1, 2].map((k) => Math.round(parts[low][k] + share * (parts[low + 1][k] - parts[low][k])));
    found[level] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return found;
}

export const darkScheme = window.matchMedia("(prefers-color-scheme: dark)");
const LEVELS = { gates: table(CIVIDIS), light: table(BOTH_WAYS.light), dark: table(BOTH_WAYS.dark) };

export function scaleOf(isGate) {
  return isGate ? LEVELS.gates : LEVELS[darkScheme.matches ? "dark" : "light"];
}

export function stopsOf(isGate) {
  return isGate ? CIVIDIS : BOTH_WAYS[darkScheme.matches ? "dark" : "light"];
}

const INKS = new Map(); // as the style sheet has them, in light and in dark

// A colour of the style sheet.
export function ink(name) {
  const key = `${name} ${darkScheme.matches}`;
  if (!INKS.has(key)) INKS.set(key, getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim());
  return INKS.get(key);
}

export function css(word) {
  return `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
}

// Black or white, whichever can be read on a colour.
export function textOn(word) {
  const [r, g, b] = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
  return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#1b1f24" : "#ffffff";
}

export const SERIES = ["series-1", "series-2", "series-3", "series-4", "series-5"];
export const MARKS = ["●", "■", "▲", "▼", "◆"];
export const DASHES = [[], [7, 4], [2, 3], [8, 3, 2, 3], [4, 4]];
