// Stepping, playing, and the step in the address.

const FAR = 10;
const WHOLE = 20000;
const SHORTEST = 33;
const LONGEST = 400;

function stepFor(event, state) {
  const far = event.shiftKey ? FAR : 1;
  return {
    ArrowLeft: state.step - far,
    ArrowRight: state.step + far,
    Home: 0,
    End: state.steps - 1,
    PageUp: state.step - FAR,
    PageDown: state.step + FAR,
  }[event.key];
}

const writes = (target) => target.matches("input, select, textarea");

export function listenToKeys(state) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (event.key === " " && !event.target.matches("button, a, summary")) {
      event.preventDefault();
      play(state, !state.playing);
      return;
    }
    const step = stepFor(event, state);
    if (step === undefined) return;
    event.preventDefault();
    play(state, false);
    state.go(step);
  });
}

let timer = null;

export function play(state, on) {
  clearInterval(timer);
  if (state.playing === on) return;
  state.playing = on;
  if (on) {
    if (state.step === state.steps - 1) state.go(0);
    timer = setInterval(
      () => {
        if (state.step === state.steps - 1) play(state, false);
        else state.go(state.step + 1);
      },
      Math.min(LONGEST, Math.max(SHORTEST, WHOLE / state.steps)),
    );
  }
  state.tell("playing");
}

// #t=120 is the 120th step of the sequence, from 1.
export function readAddress(state) {
  const asked = new URLSearchParams(location.hash.slice(1));
  const step = Number(asked.get("t"));
  if (asked.get("t") !== null && Number.isFinite(step)) state.go(step - 1 - state.sequence.first);
  return asked.get("lang");
}

let waiting = null;

export function writeAddress(state, language) {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const parts = [`t=${state.sequence.first + state.step + 1}`];
    if (language) parts.push(`lang=${language}`);
    try {
      history.replaceState(null, "", `#${parts.join("&")}`);
    } catch {
      // Inside a notebook's frame there is no address to write.
    }
  }, 250);
}
