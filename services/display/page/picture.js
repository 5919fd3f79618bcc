/** Pictures on the canvas: each fades over the one before, and all drift slowly, like slides in a warm lantern. */

const FADE = 1600;
const FADE_FRAMES = 24;
const WIDEST = 1920;
const reduced = matchMedia("(prefers-reduced-motion: reduce)");

export class Picture {
  /** @param {HTMLCanvasElement} canvas @param {number} frames a second while drifting */
  constructor(canvas, frames) {
    this.canvas = canvas;
    this.frames = frames;
    this.pen = canvas.getContext("2d", { alpha: true, willReadFrequently: false });
    this.bitmap = null;
    this.blurred = false;
    this.empty = true;
    this.fading = 0;
    this.fit();
    addEventListener("resize", () => this.fit());
    setInterval(() => this.drift(), 1000 / frames);
  }

  /** Makes the canvas as large as is worth it, and paints it again. */
  fit() {
    const scale = Math.min(devicePixelRatio, WIDEST / Math.max(innerWidth, innerHeight, 1));
    const width = Math.max(2, Math.round(innerWidth * scale));
    const height = Math.max(2, Math.round(innerHeight * scale));
    if (width === this.canvas.width && height === this.canvas.height) return;
    this.canvas.width = width;
    this.canvas.height = height;
    if (!this.empty) this.pen.drawImage(this.composed(), 0, 0);
  }

  /** Fades to a picture; resolves when it is fully there, to false when another one came in between. */
  async show(bitmap, { blurred = false } = {}) {
    const first = this.empty;
    this.bitmap?.close?.();
    Object.assign(this, { bitmap, blurred, empty: false });
    const fade = ++this.fading;
    if (first || document.hidden || reduced.matches) {
      this.pen.globalAlpha = 1;
      this.pen.drawImage(this.composed(), 0, 0);
      return true;
    }
    return this.fade(fade);
  }

  async fade(fade) {
    const picture = this.composed();
    const began = performance.now();
    for (let shown = 0; shown < 1;) {
      await pause(1000 / FADE_FRAMES);
      if (fade !== this.fading) return false;
      const t = Math.min(1, (performance.now() - began) / FADE);
      const mix = t * t * (3 - 2 * t);
      // Painted over what is there: this much takes the canvas from the share it has to the share it should have.
      this.pen.globalAlpha = t === 1 ? 1 : (mix - shown) / (1 - shown);
      this.pen.drawImage(picture.width === this.canvas.width ? picture : this.composed(), 0, 0);
      shown = t === 1 ? 1 : mix;
    }
    this.pen.globalAlpha = 1;
    return true;
  }

  /** Forgets the picture, so that the next one does not fade from it. */
  clear() {
    this.fading++;
    this.bitmap?.close?.();
    Object.assign(this, { bitmap: null, empty: true });
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** Returns the picture as it fills the canvas. */
  composed() {
    const { width, height } = this.canvas;
    const whole = sheet(width, height);
    const source = this.blurred ? soft(this.bitmap, 3) : this.bitmap;
    const cover = Math.max(width / source.width, height / source.height);
    const contain = Math.min(width / source.width, height / source.height);
    if (cover > contain * 1.5) {
      this.compose(whole.pen, source, contain * 1.5);
    } else {
      place(whole.pen, source, cover, 0.5);
    }
    return whole.canvas;
  }

  /** On a wall of another shape, such as a telephone, the picture stands in its own blurred light. */
  compose(pen, source, scale) {
    const { width, height } = this.canvas;
    const back = soft(this.bitmap, 2);
    place(pen, back, Math.max(width / back.width, height / back.height), 0.5);
    pen.fillStyle = "rgb(7 5 4 / .62)";
    pen.fillRect(0, 0, width, height);
    const front = sheet(width, height);
    const [x, y, w, h] = place(front.pen, source, scale, height > width ? 0.34 : 0.5);
    front.pen.globalCompositeOperation = "destination-in";
    const edge = height > width ? front.pen.createLinearGradient(0, y, 0, y + h) : front.pen.createLinearGradient(x, 0, x + w, 0);
    [[0, 0], [0.1, 1], [0.9, 1], [1, 0]].forEach(([at, alpha]) => edge.addColorStop(at, `rgb(0 0 0 / ${alpha})`));
    front.pen.fillStyle = edge;
    front.pen.fillRect(0, 0, width, height);
    pen.drawImage(front.canvas, 0, 0);
  }

  /** Moves the canvas by less than anybody sees at once. The same path for every picture, so that fades do not jump. */
  drift() {
    if (this.empty || document.hidden || reduced.matches) return;
    const t = performance.now() / 1000;
    const scale = 1.045 + 0.025 * Math.sin(t / 13);
    const x = 0.9 * Math.sin(t / 17), y = 0.8 * Math.cos(t / 21);
    this.canvas.style.transform = `translate(${x.toFixed(3)}%, ${y.toFixed(3)}%) scale(${scale.toFixed(5)})`;
  }
}

function sheet(width, height) {
  const canvas = new OffscreenCanvas(Math.round(width), Math.round(height));
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  return { canvas, pen };
}

function place(pen, source, scale, middle) {
  const { width, height } = pen.canvas;
  const w = source.width * scale, h = source.height * scale;
  const x = (width - w) / 2, y = (height - h) * middle;
  pen.drawImage(source, x, y, w, h);
  return [x, y, w, h];
}

/** Returns a small, soft copy: shrunk, then grown again in steps. */
function soft(bitmap, steps) {
  const ratio = bitmap.height / bitmap.width;
  let small = sheet(40, Math.max(2, 40 * ratio));
  small.pen.drawImage(bitmap, 0, 0, small.canvas.width, small.canvas.height);
  for (let step = 0; step < steps; step++) {
    const next = sheet(small.canvas.width * 2, small.canvas.height * 2);
    next.pen.drawImage(small.canvas, 0, 0, next.canvas.width, next.canvas.height);
    small = next;
  }
  return small.canvas;
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
