// The scales of colours: one for gates and one for states, of those that some lane shows.
import { fit } from "./canvas.js";
import { css, scaleOf } from "./colours.js";
import { number } from "./words.js";

const WIDTH = 96;

export function drawLegends(state) {
  const views = state.models.map((model) => state.viewOf(model));
  const isState = (view) => view === "h" || view === "c";
  const states = [...new Set(views.filter(isState))];
  const most = Math.max(...states.map((view) => state.largest(view)));
  draw("legend-states", states.length > 0, false, number(-most, 2), number(most, 2));
  draw("legend-gates", !views.every(isState), true, "0", "1");
}

function draw(id, shown, isGate, low, high) {
  const root = document.getElementById(id);
  root.hidden = !shown;
  if (!shown) return;
  const context = fit(root.querySelector("canvas"), WIDTH, 10);
  const table = scaleOf(isGate);
  for (let x = 0; x < WIDTH; x++) {
    context.fillStyle = css(table[Math.round((255 * x) / (WIDTH - 1))]);
    context.fillRect(x, 0, 1.5, 10);
  }
  root.firstElementChild.textContent = low;
  root.lastElementChild.textContent = high;
}
