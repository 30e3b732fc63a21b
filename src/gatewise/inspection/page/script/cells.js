// One step of each cell, by the same equations as gatewise.nn.cells; blocks and gates in their order there.

const sigmoid = (a) => 1 / (1 + Math.exp(-a));

// into[at + row] = row of the matrix · vector, of these rows: four at a time, which share what they read of the vector.
export function multiply(matrix, width, first, last, vector, from, into, at) {
  let row = first;
  for (; row + 3 < last; row += 4) {
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    const a = row * width;
    const b = a + width;
    const c = b + width;
    const d = c + width;
    for (let j = 0; j < width; j++) {
      const value = vector[from + j];
      p += matrix[a + j] * value;
      q += matrix[b + j] * value;
      r += matrix[c + j] * value;
      s += matrix[d + j] * value;
    }
    into[at + row] = p;
    into[at + row + 1] = q;
    into[at + row + 2] = r;
    into[at + row + 3] = s;
  }
  for (; row < last; row++) {
    let p = 0;
    for (let j = 0; j < width; j++) p += matrix[row * width + j] * vector[from + j];
    into[at + row] = p;
  }
}

// a[first … last] = x + U h + c, of these rows.
function product(work, first, last, h) {
  const { size, weights, bias, x, at, a } = work;
  multiply(weights, size, first, last, h, 0, a, 0);
  for (let row = first; row < last; row++) a[row] += x[at + row] + (bias ? bias[row] : 0);
}

// Gate values from a block, but where one is held.
function open(work, gate, block) {
  const { size, a, held } = work;
  const values = work.gates[gate];
  const fixed = held && held[gate];
  for (let k = 0; k < size; k++) {
    const value = fixed ? fixed[k] : NaN;
    values[k] = Number.isNaN(value) ? sigmoid(a[block * size + k]) : value;
  }
  return values;
}

function rnn(activation) {
  return (work) => {
    product(work, 0, work.size, work.h);
    for (let k = 0; k < work.size; k++) work.h[k] = activation(work.a[k]);
  };
}

function lstm(work) {
  const { size, a, h, c } = work;
  product(work, 0, 4 * size, h);
  const i = open(work, "input", 0);
  const f = open(work, "forget", 1);
  const o = open(work, "output", 3);
  for (let k = 0; k < size; k++) {
    c[k] = f[k] * c[k] + i[k] * Math.tanh(a[2 * size + k]);
    h[k] = o[k] * Math.tanh(c[k]);
  }
}

function cifg(work) {
  const { size, a, h, c } = work;
  product(work, 0, 3 * size, h);
  const f = open(work, "forget", 0);
  const o = open(work, "output", 2);
  for (let k = 0; k < size; k++) {
    c[k] = f[k] * c[k] + (1 - f[k]) * Math.tanh(a[size + k]);
    h[k] = o[k] * Math.tanh(c[k]);
  }
}

function gru(work) {
  const { size, a, h, reset } = work;
  product(work, 0, 2 * size, h);
  const r = open(work, "reset", 0);
  const z = open(work, "update", 1);
  for (let k = 0; k < size; k++) reset[k] = r[k] * h[k];
  product(work, 2 * size, 3 * size, reset);
  for (let k = 0; k < size; k++) h[k] = z[k] * h[k] + (1 - z[k]) * Math.tanh(a[2 * size + k]);
}

function gruAfter(work) {
  const { size, a, h, x, at } = work;
  product(work, 0, 3 * size, h);
  const r = open(work, "reset", 0);
  const z = open(work, "update", 1);
  for (let k = 0; k < size; k++) {
    const read = x[at + 2 * size + k];
    const n = Math.tanh(read + r[k] * (a[2 * size + k] - read));
    h[k] = z[k] * h[k] + (1 - z[k]) * n;
  }
}

function mgu(work) {
  const { size, a, h, reset } = work;
  product(work, 0, size, h);
  const f = open(work, "forget", 0);
  for (let k = 0; k < size; k++) reset[k] = f[k] * h[k];
  product(work, size, 2 * size, reset);
  for (let k = 0; k < size; k++) h[k] = (1 - f[k]) * h[k] + f[k] * Math.tanh(a[size + k]);
}

export const STEPS = {
  RNN: rnn(Math.tanh),
  "RNN-relu": rnn((a) => Math.max(0, a)),
  LSTM: lstm,
  GRU: gru,
  "GRU-after": gruAfter,
  CIFG: cifg,
  MGU: mgu,
};

// The letters by which equations call gates.
export const LETTERS = { update: "z", reset: "r", input: "i", forget: "f", output: "o" };

// What a gate keeps of the state, and what it lets in of the candidate, as gatewise.nn.Cell has it.
export function keepGate(model) {
  const keeps = model.keeps.indexOf(1);
  const writes = model.keeps.indexOf(-1);
  if (keeps >= 0) {
    return {
      name: model.blocks[keeps],
      kept: (g) => g,
      written: writes >= 0 ? null : (g) => 1 - g,
      writeName: writes >= 0 ? model.blocks[writes] : null,
    };
  }
  if (writes >= 0) return { name: model.blocks[writes], kept: (g) => 1 - g, written: (g) => g, writeName: null };
  return null;
}
