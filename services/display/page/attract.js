/** The scene of a room that waits: a lantern throws a painted slide on the wall, dust drifts through its beam. */

import { SIZE, project, slides } from "./slides.js";

const STAY = 40; // seconds that a slide is shown
const CHANGE = 3;
const MOTES = 46;
const COARSE = 2; // the dust is drawn smaller than it is shown: it is soft anyway
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export class Attract {
  /** @param {HTMLElement} place holds the canvases @param {number} frames a second */
  constructor(place, frames) {
    [this.wall, this.disc, this.dust] = place.querySelectorAll("canvas");
    this.disc.width = this.disc.height = SIZE;
    this.pens = { wall: this.wall.getContext("2d"), disc: this.disc.getContext("2d"), dust: this.dust.getContext("2d") };
    this.painted = slides.map(() => null);
    this.mask = mask();
    this.mote = mote();
    this.motes = Array.from({ length: MOTES }, () => [Math.random(), Math.random(), Math.random(), Math.random()]);
    this.shown = true;
    this.build();
    addEventListener("resize", () => this.build());
    this.ticks = 0;
    setInterval(() => this.paint(), 2000 / frames);
  }

  /** Lays the scene out for the size of the window. */
  build() {
    const width = innerWidth, height = innerHeight, tall = height > width;
    const radius = tall ? Math.min(width * 0.43, height * 0.24) : Math.min(height * 0.295, width * 0.24);
    const centre = [width / 2, tall ? height * 0.34 : height * 0.345];
    const lens = tall ? [width * -0.08, height * 0.68] : [width * 0.135, height * 0.8];
    Object.assign(this, { width, height, radius, centre, lens });
    Object.assign(this.disc.style, { left: `${centre[0] - radius}px`, top: `${centre[1] - radius}px`, width: `${radius * 2}px`, height: `${radius * 2}px` });
    const scale = Math.min(devicePixelRatio, 1920 / Math.max(width, height));
    this.wall.width = width * scale;
    this.wall.height = height * scale;
    this.placeDust();
    this.pens.wall.setTransform(scale, 0, 0, scale, 0, 0);
    this.paintWall();
    this.paint(true);
  }

  /** The dust's canvas covers the beam and no more: what is not painted anew costs nothing. */
  placeDust() {
    const { lens: [lx, ly], centre: [x, y], radius } = this;
    const left = Math.min(lx, x) - radius * 0.5, top = y - radius * 0.2;
    const right = Math.max(lx, x) + radius * 0.6, bottom = ly + radius * 0.2;
    Object.assign(this.dust.style, { left: `${left}px`, top: `${top}px`, width: `${right - left}px`, height: `${bottom - top}px` });
    this.dust.width = (right - left) / COARSE;
    this.dust.height = (bottom - top) / COARSE;
    this.pens.dust.setTransform(1 / COARSE, 0, 0, 1 / COARSE, -left / COARSE, -top / COARSE);
  }

  /** Shows or rests the scene; at rest it costs nothing. */
  show(shown) {
    this.shown = shown;
    if (shown) this.paint(true);
  }

  paintWall() {
    const { pens: { wall: pen }, width, height, centre: [x, y], radius } = this;
    pen.fillStyle = "#070504";
    pen.fillRect(0, 0, width, height);
    radial(pen, x, y, radius * 4.4, [[0, "rgb(84 54 28 / .85)"], [0.24, "rgb(60 38 20 / .7)"], [0.42, "rgb(38 24 13 / .5)"], [0.65, "rgb(20 13 8 / .3)"], [1, "rgb(7 5 4 / 0)"]], width, height);
    this.beam(pen);
    radial(pen, x, y, radius * 1.7, [[0, "rgb(255 206 134 / .5)"], [0.55, "rgb(255 198 124 / .3)"], [0.66, "rgb(255 192 114 / .15)"], [0.8, "rgb(255 186 104 / .05)"], [1, "rgb(255 180 90 / 0)"]], width, height);
    if (height <= width) this.lamp(pen);
  }

  /** The cone of light from the lens to the rim of the disc, in shells that melt into each other. */
  beam(pen) {
    const { lens: [lx, ly], centre: [x, y], radius, width, height } = this;
    const sharp = new OffscreenCanvas(width, height), soft = sharp.getContext("2d");
    const angle = Math.atan2(y - ly, x - lx), across = [-Math.sin(angle), Math.cos(angle)];
    const light = soft.createRadialGradient(lx, ly, radius * 0.04, lx, ly, Math.hypot(x - lx, y - ly));
    [[0, .075], [0.14, .034], [0.5, .014], [1, .007]].forEach(([at, alpha]) => light.addColorStop(at, `rgb(255 212 148 / ${alpha})`));
    soft.fillStyle = light;
    for (let shell = 0; shell < 18; shell++) {
      const wide = radius * (0.99 - shell * 0.034), narrow = radius * (0.085 - shell * 0.003);
      soft.beginPath();
      soft.moveTo(lx + across[0] * narrow, ly + across[1] * narrow);
      soft.lineTo(x + across[0] * wide, y + across[1] * wide);
      soft.lineTo(x - across[0] * wide, y - across[1] * wide);
      soft.lineTo(lx - across[0] * narrow, ly - across[1] * narrow);
      soft.fill();
    }
    pen.filter = `blur(${radius * 0.045}px)`;
    pen.drawImage(sharp, 0, 0);
    pen.filter = "none";
  }

  /** The lantern itself, seen against the dark: a tin box with a chimney, and a brass tube that looks up to the disc. */
  lamp(pen) {
    const { lens: [lx, ly], centre: [x, y], radius } = this;
    const size = radius * 0.21, angle = Math.atan2(y - ly, x - lx);
    const bx = lx - Math.cos(angle) * size * 2.1, by = ly - Math.sin(angle) * size * 2.1;
    pen.save();
    pen.translate(bx, by);
    pen.rotate(angle);
    pen.fillStyle = shine(pen, 0, -size * 0.5, 0, size * 0.5, [[0, "#4a3019"], [0.22, "#b98545"], [0.5, "#6b4620"], [1, "#1d1209"]]);
    pen.fillRect(size * 0.4, -size * 0.4, size * 0.9, size * 0.8);
    pen.fillRect(size * 1.2, -size * 0.3, size * 0.9, size * 0.6);
    pen.fillRect(size * 1.95, -size * 0.38, size * 0.15, size * 0.76);
    pen.restore();
    pen.fillStyle = shine(pen, bx - size, by - size, bx + size, by + size, [[0, "#1f140c"], [0.7, "#2b1b10"], [1, "#120b07"]]);
    pen.fillRect(bx - size * 1.1, by - size * 0.95, size * 2, size * 2.1);
    pen.fillRect(bx - size * 1.25, by + size * 1.1, size * 2.3, size * 0.2);
    pen.fillRect(bx - size * 1.2, by - size * 1.05, size * 2.2, size * 0.14);
    pen.fillRect(bx - size * 0.55, by - size * 1.7, size * 0.84, size * 0.7);
    pen.fillRect(bx - size * 0.68, by - size * 1.9, size * 1.1, size * 0.16);
    radial(pen, bx - size * 0.12, by - size * 2.0, size * 1.2, [[0, "rgb(255 196 110 / .3)"], [0.2, "rgb(255 192 104 / .12)"], [0.5, "rgb(255 190 100 / .03)"], [1, "rgb(255 190 100 / 0)"]], this.width, this.height);
    pen.fillStyle = "rgb(255 190 100 / .55)";
    for (let slit = 0; slit < 3; slit++) pen.fillRect(bx - size * 0.85, by + size * (0.1 + slit * 0.26), size * 0.62, size * 0.06);
    radial(pen, lx, ly, size * 2.4, [[0, "rgb(255 240 208 / .95)"], [0.06, "rgb(255 218 154 / .5)"], [0.18, "rgb(255 200 120 / .17)"], [0.42, "rgb(255 194 108 / .05)"], [1, "rgb(255 190 100 / 0)"]], this.width, this.height);
  }

  /** Paints what moves: the dust at every tick, the slide, which hardly moves, more seldom unless it changes. */
  paint(force = false) {
    if (document.hidden || !(this.shown || force) || (reduced.matches && !force)) return;
    const seconds = reduced.matches ? 0 : performance.now() / 1000;
    const changing = STAY - (seconds % STAY) < CHANGE + 0.5;
    if (force || changing || this.ticks++ % 3 === 0) this.paintDisc(seconds);
    this.paintDust(seconds);
  }

  paintDisc(seconds) {
    const pen = this.pens.disc;
    const number = Math.floor(seconds / STAY), left = STAY - (seconds % STAY);
    pen.globalCompositeOperation = "source-over";
    pen.globalAlpha = 1;
    project(pen, this.slide(number), seconds);
    if (left < CHANGE) {
      pen.globalAlpha = 1 - left / CHANGE;
      project(pen, this.slide(number + 1), seconds);
      pen.globalAlpha = 1;
    }
    pen.globalCompositeOperation = "destination-in";
    pen.drawImage(this.mask, 0, 0);
  }

  slide(number) {
    const index = number % slides.length;
    this.painted[index] ??= slides[index]();
    return this.painted[index];
  }

  paintDust(seconds) {
    const { pens: { dust: pen }, width, height, lens: [lx, ly], centre: [x, y], radius } = this;
    pen.clearRect(0, 0, width, height);
    for (const [a, b, c, d] of this.motes) {
      const along = (a + seconds * (0.0014 + 0.0022 * c)) % 1;
      const aside = Math.sin(b * 7 + seconds * (0.03 + d * 0.05)) * 0.86;
      const wide = radius * (0.06 + 0.94 * along);
      const angle = Math.atan2(y - ly, x - lx);
      const px = lx + (x - lx) * along - Math.sin(angle) * wide * aside;
      const py = ly + (y - ly) * along + Math.cos(angle) * wide * aside + Math.sin(seconds * 0.11 + c * 7) * 7;
      const depth = 0.35 + 0.65 * d;
      pen.globalAlpha = (0.12 + 0.5 * depth * Math.max(0, Math.sin(seconds * (0.12 + c * 0.2) + a * 9))) * Math.sin(Math.PI * Math.min(1, along * 1.02));
      const size = (2.5 + 7 * depth * c) * (radius / 300);
      pen.drawImage(this.mote, px - size, py - size, size * 2, size * 2);
    }
  }
}

function shine(pen, x0, y0, x1, y1, stops) {
  const colours = pen.createLinearGradient(x0, y0, x1, y1);
  stops.forEach(([at, colour]) => colours.addColorStop(at, colour));
  return colours;
}

function radial(pen, x, y, radius, stops, width, height) {
  const light = pen.createRadialGradient(x, y, 0, x, y, radius);
  stops.forEach(([at, colour]) => light.addColorStop(at, colour));
  pen.fillStyle = light;
  pen.fillRect(0, 0, width, height);
}

/** One mote of dust, out of focus. */
function mote() {
  const canvas = new OffscreenCanvas(16, 16);
  radial(canvas.getContext("2d"), 8, 8, 8, [[0, "rgb(255 226 180 / 1)"], [0.3, "rgb(255 220 170 / .5)"], [1, "rgb(255 214 160 / 0)"]], 16, 16);
  return canvas;
}

/** A round slide, its edge a little out of focus. */
function mask() {
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const pen = canvas.getContext("2d");
  radial(pen, SIZE / 2, SIZE / 2, SIZE / 2, [[0, "rgb(0 0 0 / .96)"], [0.7, "rgb(0 0 0 / .94)"], [0.93, "rgb(0 0 0 / .86)"], [0.985, "rgb(0 0 0 / .12)"], [1, "rgb(0 0 0 / 0)"]], SIZE, SIZE);
  return canvas;
}
