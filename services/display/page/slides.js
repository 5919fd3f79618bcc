/** Painted glass slides for the attract scene: each is a sky and a few layers of silhouettes that pass one another. */

export const SIZE = 640;
const WIDE = SIZE * 1.16;

/** Returns a repeatable source of numbers from 0 to 1. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

function layer(paint) {
  const canvas = new OffscreenCanvas(WIDE, SIZE);
  paint(canvas.getContext("2d"));
  return canvas;
}

function sky(stops, lights) {
  return layer((pen) => {
    const gradient = pen.createLinearGradient(0, 0, 0, SIZE);
    stops.forEach(([at, colour]) => gradient.addColorStop(at, colour));
    pen.fillStyle = gradient;
    pen.fillRect(0, 0, WIDE, SIZE);
    lights(pen);
  });
}

function glow(pen, x, y, radius, colour) {
  const light = pen.createRadialGradient(x, y, 0, x, y, radius);
  [[0, 0.85], [0.12, 0.5], [0.3, 0.22], [0.55, 0.07], [0.8, 0.015], [1, 0]].forEach(([at, alpha]) => light.addColorStop(at, `rgb(${colour} / ${alpha})`));
  pen.fillStyle = light;
  pen.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

function moon(pen, x, y, radius) {
  glow(pen, x, y, radius * 5, "255 236 196");
  pen.fillStyle = "#fff3d8";
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fill();
  pen.fillStyle = "rgb(226 196 150 / .4)";
  for (const [dx, dy, r] of [[-0.3, -0.2, 0.24], [0.25, 0.3, 0.3], [0.32, -0.36, 0.14], [-0.2, 0.42, 0.12]]) {
    pen.beginPath();
    pen.arc(x + dx * radius, y + dy * radius, r * radius, 0, 7);
    pen.fill();
  }
}

function stars(pen, random, count, lowest) {
  for (let index = 0; index < count; index++) {
    const size = 0.5 + random() ** 3 * 1.6;
    pen.fillStyle = `rgb(255 244 220 / ${0.25 + random() * 0.65})`;
    pen.beginPath();
    pen.arc(random() * WIDE, random() * lowest, size, 0, 7);
    pen.fill();
  }
}

/** A ridge: waves of several lengths laid over each other. */
function ridge(random, height, rise, rough) {
  const waves = Array.from({ length: 6 }, (_, index) => [rise / 1.85 ** index, (1.1 + random() * 0.8) * 1.9 ** index, random() * 7]);
  return (x) => height - waves.reduce((sum, [size, pace, phase], index) => sum + size * (index > 2 ? rough : 1) * Math.sin((x / SIZE) * pace * 2 + phase), 0);
}

function ground(pen, line, top, bottom) {
  const colour = pen.createLinearGradient(0, SIZE * 0.4, 0, SIZE);
  colour.addColorStop(0, top);
  colour.addColorStop(1, bottom);
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(0, SIZE);
  for (let x = 0; x <= WIDE; x += 3) pen.lineTo(x, line(x));
  pen.lineTo(WIDE, SIZE);
  pen.fill();
}

function fir(pen, x, y, height) {
  const width = height * 0.34;
  pen.beginPath();
  pen.moveTo(x, y - height);
  for (let step = 1; step <= 6; step++) {
    const at = y - height + (height * step) / 6.4;
    pen.lineTo(x + (width * step) / 7.5, at);
    pen.lineTo(x + (width * step) / 12, at - height * 0.012);
  }
  pen.lineTo(x + height * 0.02, y - height * 0.06);
  pen.lineTo(x + height * 0.02, y + 6);
  pen.lineTo(x - height * 0.02, y + 6);
  pen.lineTo(x - height * 0.02, y - height * 0.06);
  for (let step = 6; step >= 1; step--) {
    const at = y - height + (height * step) / 6.4;
    pen.lineTo(x - (width * step) / 12, at - height * 0.012);
    pen.lineTo(x - (width * step) / 7.5, at);
  }
  pen.fill();
}

function house(pen, x, y, size) {
  pen.beginPath();
  pen.moveTo(x - size, y + 8);
  pen.lineTo(x - size, y - size * 0.8);
  pen.lineTo(x - size * 1.18, y - size * 0.8);
  pen.lineTo(x - size * 0.1, y - size * 1.7);
  pen.lineTo(x + size * 0.42, y - size * 1.27);
  pen.lineTo(x + size * 0.42, y - size * 1.8);
  pen.lineTo(x + size * 0.66, y - size * 1.8);
  pen.lineTo(x + size * 0.66, y - size * 1.07);
  pen.lineTo(x + size, y - size * 0.8);
  pen.lineTo(x + size * 0.84, y - size * 0.8);
  pen.lineTo(x + size * 0.84, y + 8);
  pen.fill();
  glow(pen, x - size * 0.1, y - size * 0.42, size * 1.5, "255 190 96");
  pen.fillStyle = "#ffd689";
  pen.fillRect(x - size * 0.32, y - size * 0.64, size * 0.4, size * 0.44);
}

function hills() {
  const random = chance(11);
  const far = ridge(random, SIZE * 0.6, 40, 0.7), middle = ridge(random, SIZE * 0.72, 46, 0.5), near = ridge(random, SIZE * 0.86, 34, 0.4);
  return [
    sky([[0, "#13293a"], [0.36, "#2f5263"], [0.58, "#b08a68"], [0.72, "#eeb76e"], [1, "#f6d79b"]], (pen) => {
      stars(pen, random, 90, SIZE * 0.4);
      moon(pen, SIZE * 0.68, SIZE * 0.29, 40);
    }),
    layer((pen) => ground(pen, far, "#8a6d5f", "#caa077")),
    layer((pen) => {
      ground(pen, middle, "#4c4146", "#6d5448");
      pen.fillStyle = "#463b40";
      for (let x = 20; x < WIDE; x += 12 + random() * 34) if (random() > 0.35) fir(pen, x, middle(x) + 3, 20 + random() * 26);
    }),
    layer((pen) => {
      ground(pen, near, "#1f1613", "#0c0705");
      pen.fillStyle = "#1f1613";
      fir(pen, SIZE * 0.15, near(SIZE * 0.15) + 4, 150);
      fir(pen, SIZE * 0.235, near(SIZE * 0.235) + 6, 104);
      fir(pen, SIZE * 0.95, near(SIZE * 0.95) + 6, 128);
      house(pen, SIZE * 0.5, near(SIZE * 0.5) + 2, 27);
    }),
  ];
}

function ship(pen, x, y, size) {
  pen.beginPath();
  pen.moveTo(x - size, y - size * 0.16);
  pen.quadraticCurveTo(x - size * 0.72, y + size * 0.3, x - size * 0.3, y + size * 0.3);
  pen.lineTo(x + size * 0.56, y + size * 0.3);
  pen.quadraticCurveTo(x + size * 0.98, y + size * 0.2, x + size * 1.12, y - size * 0.36);
  pen.quadraticCurveTo(x + size * 0.2, y + size * 0.1, x - size, y - size * 0.16);
  pen.fill();
  for (const [mast, height] of [[-0.5, 1.3], [0.02, 1.75], [0.52, 1.4]]) {
    pen.fillRect(x + mast * size - 1.4, y - height * size, 2.8, height * size);
    for (const [from, to, wide] of [[0.08, 0.46, 0.2], [0.5, 0.94, 0.26]]) {
      pen.beginPath();
      pen.moveTo(x + (mast - wide) * size, y - height * size * (1 - from));
      pen.quadraticCurveTo(x + mast * size, y - height * size * (1.02 - from), x + (mast + wide * 0.8) * size, y - height * size * (1 - from));
      pen.quadraticCurveTo(x + (mast + wide * 1.5) * size, y - height * size * (1 - (from + to) / 2), x + (mast + wide) * size, y - height * size * (1 - to));
      pen.quadraticCurveTo(x + mast * size, y - height * size * (0.96 - to), x + (mast - wide * 1.15) * size, y - height * size * (1 - to));
      pen.quadraticCurveTo(x + (mast - wide * 0.6) * size, y - height * size * (1 - (from + to) / 2), x + (mast - wide) * size, y - height * size * (1 - from));
      pen.fill();
    }
  }
  glow(pen, x - size * 0.9, y - size * 0.3, size * 0.5, "255 190 96");
}

function waves(pen, top, size, colours) {
  ground(pen, (x) => top - size * Math.abs(Math.sin(x / (size * 3.4))) - size * 0.6 * Math.sin(x / (size * 9)), ...colours);
}

function sea() {
  const random = chance(5);
  return [
    sky([[0, "#0e1d33"], [0.4, "#284766"], [0.6, "#7d8f8c"], [0.68, "#e3b77a"], [0.7, "#5a7079"], [1, "#1b3142"]], (pen) => {
      stars(pen, random, 120, SIZE * 0.5);
      moon(pen, SIZE * 0.34, SIZE * 0.3, 48);
      pen.fillStyle = "rgb(255 236 196 / .5)";
      for (let y = SIZE * 0.7; y < SIZE; y += 7) {
        const wide = 12 + (y - SIZE * 0.7) * 0.5 + random() * 26;
        pen.fillRect(SIZE * 0.34 - wide / 2 + (random() - 0.5) * 22, y, wide, 1.6);
      }
    }),
    layer((pen) => waves(pen, SIZE * 0.77, 8, ["rgb(52 78 92 / .8)", "rgb(32 54 70 / .9)"])),
    layer((pen) => {
      pen.fillStyle = "#140f12";
      ship(pen, SIZE * 0.62, SIZE * 0.76, 92);
      waves(pen, SIZE * 0.83, 12, ["#1d3344", "#101f2c"]);
    }),
    layer((pen) => waves(pen, SIZE * 0.93, 17, ["#0c1620", "#05090d"])),
  ];
}

function trunk(pen, random, x, wide) {
  pen.beginPath();
  pen.moveTo(x - wide / 2, -5);
  pen.bezierCurveTo(x - wide * 0.42, SIZE * 0.5, x - wide * 0.6, SIZE * 0.8, x - wide, SIZE + 5);
  pen.lineTo(x + wide, SIZE + 5);
  pen.bezierCurveTo(x + wide * 0.6, SIZE * 0.8, x + wide * 0.44, SIZE * 0.5, x + wide / 2, -5);
  pen.fill();
  pen.lineWidth = Math.max(1.5, wide * 0.14);
  for (let branch = 0; branch < 5; branch++) {
    const y = SIZE * (0.05 + random() * 0.5), side = random() > 0.5 ? 1 : -1, reach = 40 + random() * 90;
    pen.beginPath();
    pen.moveTo(x + side * wide * 0.3, y);
    pen.quadraticCurveTo(x + side * reach * 0.5, y - 6, x + side * reach, y - 22 - random() * 44);
    pen.stroke();
  }
}

function fox(pen, x, y, size) {
  const at = (dx, dy) => [x + dx * size, y + dy * size];
  pen.beginPath();
  pen.moveTo(...at(-0.2, 0));
  pen.bezierCurveTo(...at(-0.34, -0.5), ...at(-0.2, -0.86), ...at(0.02, -1.02));
  pen.lineTo(...at(-0.1, -1.16));
  pen.lineTo(...at(-0.1, -1.52));
  pen.lineTo(...at(0.1, -1.32));
  pen.lineTo(...at(0.24, -1.52));
  pen.lineTo(...at(0.3, -1.24));
  pen.bezierCurveTo(...at(0.42, -1.12), ...at(0.56, -1.04), ...at(0.66, -0.98));
  pen.bezierCurveTo(...at(0.56, -0.86), ...at(0.42, -0.84), ...at(0.34, -0.84));
  pen.bezierCurveTo(...at(0.42, -0.5), ...at(0.36, -0.2), ...at(0.4, 0));
  pen.lineTo(...at(0.16, 0));
  pen.bezierCurveTo(...at(0.0, 0.02), ...at(-0.2, 0.02), ...at(-0.34, 0));
  pen.bezierCurveTo(...at(-0.86, 0.06), ...at(-1.16, -0.2), ...at(-1.14, -0.56));
  pen.bezierCurveTo(...at(-0.96, -0.3), ...at(-0.66, -0.24), ...at(-0.3, -0.26));
  pen.fill();
}

function forest() {
  const random = chance(8);
  const trees = (count, colour, wide) => layer((pen) => {
    pen.fillStyle = pen.strokeStyle = colour;
    for (let index = 0; index < count; index++) trunk(pen, random, (WIDE * (index + 0.15 + random() * 0.7)) / count, wide * (0.7 + random() * 0.6));
  });
  const near = ridge(chance(3), SIZE * 0.86, 20, 0.5);
  return [
    sky([[0, "#2c3b36"], [0.45, "#77845f"], [0.7, "#e2bb74"], [1, "#c08a4e"]], (pen) => glow(pen, SIZE * 0.58, SIZE * 0.6, SIZE * 0.46, "255 226 150")),
    trees(9, "rgb(108 110 78 / .75)", 11),
    trees(5, "rgb(62 58 44 / .92)", 19),
    layer((pen) => {
      ground(pen, near, "#17110c", "#080504");
      pen.fillStyle = pen.strokeStyle = "#17110c";
      trunk(pen, random, SIZE * 0.14, 40);
      trunk(pen, random, SIZE * 1.0, 48);
      fox(pen, SIZE * 0.56, near(SIZE * 0.56) + 7, 84);
    }),
  ];
}

/** Returns the painters of all slides. */
export const slides = [hills, sea, forest];

/** Draws a slide as it stands at a time, its layers moving past one another. */
export function project(pen, layers, seconds) {
  const room = WIDE - SIZE;
  layers.forEach((picture, index) => {
    const sway = (0.5 + 0.5 * Math.sin(seconds / 40 + 0.4)) * (0.25 + index * 0.25);
    pen.drawImage(picture, -room * Math.min(1, sway), 0);
  });
}
