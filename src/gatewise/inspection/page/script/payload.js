// What stands in the page as text, as typed arrays.

function bytesFrom(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export const bytes = bytesFrom;
export const floats = (text) => new Float32Array(bytesFrom(text).buffer);
export const doubles = (text) => new Float64Array(bytesFrom(text).buffer);

function unpackedLayer(layer) {
  const made = { ...layer, place: new Map(layer.units.map((unit, column) => [unit, column])) };
  if (layer.weights) {
    // Twice the room, half the time: every product of a step is one of doubles.
    made.hidden = Float64Array.from(floats(layer.weights.hidden));
    made.hiddenBias = layer.weights.hidden_bias ? floats(layer.weights.hidden_bias) : null;
    made.input = layer.weights.input ? Float64Array.from(floats(layer.weights.input)) : null;
    made.inputBias = layer.weights.input ? floats(layer.weights.input_bias) : null;
    made.table = layer.projected ? floats(layer.projected) : null;
    made.begin = layer.start
      ? Object.fromEntries(Object.entries(layer.start).map(([name, text]) => [name, floats(text)]))
      : null;
  }
  delete made.weights;
  delete made.projected;
  delete made.start;
  return made;
}

// Gates and states that came as bytes, as the numbers that they stand for; of the units that are shown only.
function runFromBytes(layer, steps) {
  const numbers = (parts) =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]) => {
        const scale = (part.high - part.low) / 255;
        return [name, Float32Array.from(bytes(part.bytes), (byte) => part.low + byte * scale)];
      }),
    );
  return {
    steps,
    width: layer.units.length,
    place: layer.place,
    gates: numbers(layer.gates),
    states: numbers(layer.states),
  };
}

export function unpack(payload) {
  const { sequence } = payload;
  const steps = sequence.labels.length;
  const models = payload.models.map((model, number) => {
    const layers = model.layers.map(unpackedLayer);
    const made = {
      ...model,
      number,
      layers,
      computed: !model.why_not,
      bidirectional: model.layers.some((one) => one.direction === "backward"),
    };
    if (!made.computed) made.stored = layers.map((layer) => runFromBytes(layer, steps));
    if (model.answer.shares) made.answer = { ...model.answer, shares: floats(model.answer.shares) };
    return made;
  });
  const values = sequence.kind === "series" ? floats(sequence.values) : sequence.values ? bytes(sequence.values) : null;
  return { ...payload, sequence: { ...sequence, values, steps }, models };
}
