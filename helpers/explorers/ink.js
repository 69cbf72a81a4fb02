// Ink as the data count it, and how the pad writes numbers.

const FULL = 16; // so many of a cell's 4 x 4 finer dots are black
const FINE = 4;
const TIP = 2.3; // the pen's radius, in finer dots

const an = (digit) => `${digit === 8 ? "an" : "a"} ${digit}`;
const share = (p) => (p > 0.995 ? "over 0.99" : p < 0.005 ? "under 0.01" : p.toFixed(2));
const number = (x, digits) => {
  const text = Math.abs(x).toFixed(digits);
  return (x < 0 && Number(text) ? "\u2212" : "") + text;
};
const signed = (x, digits) => (Number(x.toFixed(digits)) > 0 ? "+" : "") + number(x, digits);
const inkText = (ink) => ink.toFixed(1).replace(".0", "");

// What the picture shows, as `DigitPad.says` has it.
const sentence = (ink, logs, digit) => {
  const order = [...logs.keys()].sort((a, b) => logs[b] - logs[a] || a - b);
  const [p, q] = order.map((k) => Math.exp(logs[k]));
  const paper = ink.some((value) => value > 0) ? "" : "Blank paper. ";
  return `${paper}Most like ${an(order[0])}: ${share(p)}, then ${an(order[1])}: ${share(q)}. `
    + `Log-probability of ${an(digit)}: ${number(logs[digit], 2)}.`;
};

// A stroke of the pen: its finer dots, counted by cells.
const strokes = (side) => {
  const wide = side * FINE;
  const black = new Uint8Array(wide * wide);
  let last;
  return (x, y) => { // in cells; returns how many dots of each cell the stroke has covered by now
    const [px, py] = [x * FINE, y * FINE];
    const [ox, oy] = last ?? [px, py];
    last = [px, py];
    const [dx, dy] = [px - ox, py - oy];
    const counts = new Float64Array(side * side);
    for (let row = 0; row < wide; row += 1) {
      for (let column = 0; column < wide; column += 1) {
        const [u, v] = [column + 0.5 - ox, row + 0.5 - oy];
        const along = Math.min(1, Math.max(0, (u * dx + v * dy) / (dx * dx + dy * dy || 1)));
        const at = row * wide + column;
        if (Math.hypot(u - along * dx, v - along * dy) < TIP) black[at] = 1;
        if (black[at]) counts[Math.floor(row / FINE) * side + Math.floor(column / FINE)] += 1;
      }
    }
    return counts;
  };
};
