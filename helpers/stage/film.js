// Records and how they are painted. All meaning was recorded in Python: a page knows positions of
// sliders, pictures and sentences.

const unpack = async (bytes) => {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
};
const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

const picture = (url) => {
  const [, type, data] = url.match(/^data:([^;]*);base64,(.*)$/s);
  return createImageBitmap(new Blob([fromBase64(data)], { type }));
};

// A record, with the images that it shows decoded (once each, or taken over from `known`), and its
// outlines ready to draw.
const prepare = async (record, known = new Map()) => {
  const shown = new Set();
  const look = (operations) => {
    for (const [kind, , what] of operations) if (kind === "i") shown.add(record.images[what]);
  };
  for (const layer of record.layers) if ("ground" in layer) look(record.grounds[layer.ground]);
  if (record.images.length) record.cels.forEach(look);
  const bitmaps = new Map(await Promise.all(
    [...shown].map(async (url) => [url, known.get(url) ?? (await picture(url))]),
  ));
  const outlines = new Map();
  const outline = (data) => {
    if (!outlines.has(data)) outlines.set(data, new Path2D(data));
    return outlines.get(data);
  };
  return { ...record, bitmaps, outline };
};

// What Matplotlib moves to whole pixels, here moved to the pixels of this canvas: to their edges,
// or for a line of an odd number of pixels to their middles. `scale` is pixels per unit.
const toPixels = (value, scale, half) => (Math.floor(value * scale + 0.5) + half) / scale;
const snapped = (data, scale, half) => {
  const path = new Path2D();
  let [x, y] = [0, 0];
  let start = [0, 0];
  const at = (i, numbers) => [
    toPixels(numbers[i], scale, half), toPixels(numbers[i + 1], scale, half),
  ];
  for (const [, command, text] of data.matchAll(/([MlQCZ])([^MlQCZ]*)/g)) {
    const numbers = text.split(" ").map(Number);
    if (command === "Z") {
      path.closePath();
      [x, y] = start;
    } else if (command === "l") {
      for (let i = 0; i < numbers.length; i += 2) {
        [x, y] = [x + numbers[i], y + numbers[i + 1]];
        path.lineTo(...at(0, [x, y]));
      }
    } else if (command === "M") {
      [x, y] = numbers;
      start = numbers;
      path.moveTo(...at(0, numbers));
    } else {
      const step = command === "Q" ? 4 : 6;
      for (let i = 0; i < numbers.length; i += step) {
        const ends = Array.from({ length: step / 2 }, (_, k) => at(i + 2 * k, numbers)).flat();
        if (step === 4) path.quadraticCurveTo(...ends);
        else path.bezierCurveTo(...ends);
      }
      [x, y] = numbers.slice(-2);
    }
  }
  return path;
};

const drawOperation = (context, film, scale, operation) => {
  const [kind, number, what, ...rest] = operation;
  const style = film.styles[number];
  context.save();
  if (style.outline !== null) context.clip(film.outline(film.shapes[style.outline]));
  if (style.clip) {
    context.beginPath();
    context.rect(...style.clip);
    context.clip();
  }
  if (kind === "i") {
    context.drawImage(film.bitmaps.get(film.images[what]), ...rest);
    context.restore();
    return;
  }
  if (style.stroke) {
    context.strokeStyle = style.stroke;
    context.lineWidth = style.width;
    context.lineCap = style.cap;
    context.lineJoin = style.join;
    context.miterLimit = 4; // as in Matplotlib
    context.setLineDash(style.dash ?? []);
    context.lineDashOffset = style.offset;
  }
  if (style.fill) context.fillStyle = style.fill;
  const half = style.stroke && Math.round(style.width * scale) % 2 ? 0.5 : 0;
  const outline = (data) => (style.snap ? snapped(data, scale, half) : film.outline(data));
  const ink = (path) => {
    if (style.fill) context.fill(path);
    if (style.stroke) context.stroke(path);
  };
  if (kind === "p") {
    ink(outline(what));
  } else if (kind === "s") {
    let [x, y] = [0, 0];
    const path = outline(film.shapes[what]);
    for (let i = 3; i < operation.length; i += 2) {
      const place = [operation[i], operation[i + 1]];
      const [left, top] = style.snap ? place.map((value) => toPixels(value, scale, 0)) : place;
      context.translate(left - x, top - y);
      [x, y] = [left, top];
      ink(path);
    }
  } else {
    let [x, y] = [0, 0];
    for (let i = 2; i < operation.length; i += 3) {
      const [left, top] = [operation[i + 1], operation[i + 2]];
      context.translate(left - x, top - y);
      [x, y] = [left, top];
      ink(film.outline(film.shapes[operation[i]]));
    }
  }
  context.restore();
};

// A context for white paper: where nothing shows through, a page has less to mix in each frame.
const onPaper = (canvas) => {
  const context = canvas.getContext("2d", { alpha: false });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  return context;
};

// What stands still, painted once for a canvas of this scale (pixels per unit): one sheet per layer, with its place.
const paintSheets = (film, scale) => {
  return film.layers.map((layer, i) => {
    if (!("ground" in layer)) return undefined;
    const [left, top, across, down] = layer.box;
    const [x, y] = [Math.floor(left * scale), Math.floor(top * scale)];
    const sheet = document.createElement("canvas");
    sheet.width = Math.max(1, Math.ceil((left + across) * scale) - x);
    sheet.height = Math.max(1, Math.ceil((top + down) * scale) - y);
    const context = i === 0 ? onPaper(sheet) : sheet.getContext("2d");
    context.setTransform(scale, 0, 0, scale, -x, -y);
    for (const operation of film.grounds[layer.ground]) {
      drawOperation(context, film, scale, operation);
    }
    return { sheet, x, y };
  });
};

// A letter that is smaller than this, in CSS pixels, is hard to read.
const LEGIBLE = 10;

// How a picture is laid out where there is room for so many CSS pixels across: in one piece, or if
// letters were too small then, with its panels on top of each other. Where that is not enough, it
// is wider than the room. A page that itself gives its pictures their room says how many times
// their size they may have at `most`: they stay in one piece.
const layOut = (film, room, most) => {
  const least = LEGIBLE / film.letters;
  const whole = { width: film.width, height: film.height, panels: [[0, film.width]] };
  if (most) return { ...whole, shown: Math.min(most * whole.width, room) };
  const stacked = {
    width: Math.max(...film.panels.map(([left, right]) => right - left)),
    height: film.height * film.panels.length,
    panels: film.panels,
  };
  const fits = film.panels.length < 2 || room >= Math.min(1, least) * film.width;
  const layout = fits ? whole : stacked;
  const shown = Math.min(layout.width, Math.max(room, Math.min(1, least) * layout.width));
  return { ...layout, shown };
};

const drawFrame = (canvas, film, layout, sheets, frame) => {
  const context = onPaper(canvas);
  const scale = canvas.width / (layout.width * film.units);
  const pixels = (value) => Math.round(value * film.units * scale);
  layout.panels.forEach(([left, right], row) => {
    const [x, y] = [-pixels(left), pixels(row * film.height)];
    context.save();
    if (layout.panels.length > 1) {
      context.beginPath();
      context.rect(0, y, pixels(right) + x, pixels(film.height));
      context.clip();
    }
    film.layers.forEach((layer, i) => {
      if (sheets[i]) {
        context.setTransform(1, 0, 0, 1, x, y);
        context.drawImage(sheets[i].sheet, sheets[i].x, sheets[i].y);
      } else {
        context.setTransform(scale, 0, 0, scale, x, y);
        for (const operation of film.cels[frame[1 + layer.track]]) {
          drawOperation(context, film, scale, operation);
        }
      }
    });
    context.restore();
  });
};
