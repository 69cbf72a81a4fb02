// The scores of a classifier made of dense layers, and how they change with each of its inputs: what
// helpers/networks/classifier.py calculates, without a kernel. A test holds one against the other.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));
const GELU = [0.044715, Math.sqrt(2 / Math.PI)];

// φ and its slope, by the names that Python uses.
const ACTIVATIONS = {
  sigmoid: [sigmoid, (z) => sigmoid(z) * sigmoid(-z)],
  tanh: [Math.tanh, (z) => 4 * sigmoid(2 * z) * sigmoid(-2 * z)],
  relu: [(z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)],
  "leaky relu": [(z) => (z > 0 ? z : 0.01 * z), (z) => (z > 0 ? 1 : 0.01)],
  gelu: [
    (z) => z * sigmoid(2 * GELU[1] * (z + GELU[0] * z ** 3)),
    (z) => {
      const u = 2 * GELU[1] * (z + GELU[0] * z ** 3);
      return sigmoid(u) + 2 * GELU[1] * z * (1 + 3 * GELU[0] * z * z) * sigmoid(u) * sigmoid(-u);
    },
  ],
  identity: [(z) => z, () => 1],
};

// Numbers of 64 bits, little-endian, in base64: mean and std of the inputs, then W and b by layers.
const classifier = ({ widths, activation, numbers }) => {
  const bytes = Uint8Array.from(atob(numbers), (c) => c.charCodeAt(0));
  const all = new Float64Array(bytes.buffer);
  let next = 0;
  const take = (count) => all.subarray(next, (next += count));
  const [mean, std] = [take(widths[0]), take(widths[0])];
  const layers = widths.slice(1).map((m, k) => {
    const n = widths[k];
    return { n, m, W: take(n * m), b: take(m) };
  });
  return { mean, std, layers, activation: ACTIVATIONS[activation] };
};

// What each layer takes (a) and makes of it (z), and the logarithm of each class's probability.
const forward = (net, inputs) => {
  const [phi] = net.activation;
  let a = Float64Array.from(inputs, (x, i) => (x - net.mean[i]) / net.std[i]);
  const trace = net.layers.map(({ n, m, W, b }) => {
    const z = Float64Array.from(b);
    for (let i = 0; i < n; i += 1) {
      if (a[i] !== 0) for (let j = 0; j < m; j += 1) z[j] += a[i] * W[i * m + j];
    }
    a = z.map(phi);
    return z;
  });
  const scores = trace.at(-1);
  const top = Math.max(...scores);
  const total = top + Math.log(scores.reduce((sum, s) => sum + Math.exp(s - top), 0));
  return { trace, logs: scores.map((s) => s - total) };
};

// The gradient of the logarithm of one class's probability by the inputs, by the reverse mode:
// 1 − p for the class itself and −p for the others, then back through each layer.
const backward = (net, { trace, logs }, label) => {
  const slope = net.activation[1];
  let pull = logs.map((log, j) => (j === label ? 1 : 0) - Math.exp(log));
  for (let k = net.layers.length - 1; k >= 0; k -= 1) {
    const { n, m, W } = net.layers[k];
    const back = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      let sum = 0;
      for (let j = 0; j < m; j += 1) sum += W[i * m + j] * pull[j];
      back[i] = sum * (k ? slope(trace[k - 1][i]) : 1 / net.std[i]);
    }
    pull = back;
  }
  return pull;
};
