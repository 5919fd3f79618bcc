/** The storyteller: sentences one after the other without a gap, with their captions, until silenced. */

const LEAD = 0.03; // seconds from deciding to sounding
const AHEAD = 0.3; // seconds before a sentence's end at which the next is put in line
const LINGER = 600; // milliseconds that soundscape and music stay low between two sentences
const READING = 0.065; // seconds a letter, for sentences without a voice

export class Voice {
  /**
   * @param {import("./sound.js").Sound} sound
   * @param {import("./caption.js").Caption} caption
   * @param {{begun: (id: string) => void, finished: (id: string) => void, trouble: (text: string) => void}} listener
   */
  constructor(sound, caption, listener) {
    Object.assign(this, { sound, caption, listener });
    this.waiting = [];
    this.known = new Set();
    this.narrated = new Map();
    this.heard = new Map();
    this.now = null;
    this.take = 0;
    this.endsAt = 0;
  }

  get speaking() {
    return this.now !== null || this.waiting.length > 0;
  }

  /** Puts a sentence in line. */
  add(part) {
    if (this.known.has(part.id)) return;
    if (this.now?.silent || this.waiting.some((other) => other.silent)) this.stop();
    this.known.add(part.id);
    this.enqueue({ ...part, silent: false, buffer: this.sound.load(part.url) });
  }

  /** Puts sentences in line that have no voice; they are read. */
  addSilent(id, sentences) {
    sentences.forEach((sentence, index) => {
      const words = sentence.split(/(?<=\s)/);
      let at = 0.2;
      const pieces = words.map((word) => [word, at, at += Math.max(0.16, word.length * READING)]);
      this.enqueue({ id: `${id} ${index}`, request: id, words: pieces, seconds: at + 0.9, silent: true, buffer: null });
    });
  }

  enqueue(item) {
    this.waiting.push(item);
    if (!this.running) this.run(this.take);
  }

  /** Notes that a narration is complete; says so when it has already been heard. */
  complete({ id, request, parts }) {
    this.narrated.set(request, { id, parts });
    this.check(request);
  }

  /** Ends everything at once: somebody wants something else. */
  stop() {
    this.take++;
    this.running = false;
    this.waiting = [];
    this.known.clear();
    this.narrated.clear();
    this.heard.clear();
    this.now?.silence?.();
    this.now = null;
    this.endsAt = 0;
    clearTimeout(this.release);
    this.sound.duck(false);
    this.caption.clear();
  }

  async run(take) {
    this.running = true;
    while (this.waiting.length && take === this.take) {
      const item = this.waiting[0];
      const buffer = await item.buffer;
      const audible = Boolean(buffer) && await this.sound.wake();
      if (take !== this.take) return;
      this.waiting.shift();
      if (!buffer && !item.silent) this.listener.trouble(`no sound at ${item.url}`);
      await this.perform(take, item, audible ? buffer : null);
      if (take !== this.take) return;
      this.done(item);
    }
    if (take === this.take) this.running = false;
  }

  /** Speaks one sentence; resolves shortly before its end when another is in line, so that no gap opens. */
  async perform(take, item, buffer) {
    const clock = buffer ? () => this.sound.context.currentTime : () => performance.now() / 1000;
    const start = Math.max(clock() + LEAD, buffer ? this.endsAt : 0);
    const seconds = buffer ? buffer.duration : item.seconds;
    const delay = buffer ? this.sound.context.outputLatency || this.sound.context.baseLatency || 0 : 0;
    this.endsAt = buffer ? start + seconds : 0;
    const silence = buffer ? this.sound.speak(buffer, start) : null;
    clearTimeout(this.release);
    if (buffer) this.sound.duck(true);
    await until(clock, start + delay, () => take !== this.take);
    if (take !== this.take) {
      silence?.();
      return;
    }
    this.now = { ...item, silence };
    if (!item.silent) this.listener.begun(item.id);
    this.caption.play(item.words, clock, start + delay);
    await until(clock, start + seconds - AHEAD, () => take !== this.take);
    await this.waiting[0]?.buffer;
    if (!this.waiting.length || !buffer) await until(clock, start + seconds, () => take !== this.take);
  }

  done(item) {
    this.heard.set(item.request, (this.heard.get(item.request) ?? 0) + 1);
    if (!this.waiting.length) {
      this.now = null;
      this.caption.end();
      clearTimeout(this.release);
      this.release = setTimeout(() => this.sound.duck(false), LINGER);
    }
    this.check(item.request);
  }

  check(request) {
    const narrated = this.narrated.get(request);
    const pending = this.now?.request === request || this.waiting.some((item) => item.request === request);
    if (narrated && !pending && (this.heard.get(request) || !narrated.parts)) {
      this.narrated.delete(request);
      this.listener.finished(narrated.id);
    }
  }
}

/** Waits until a clock reaches a time. The clock may stand still meanwhile, or the browser may be slow to wake us. */
async function until(clock, time, stop) {
  for (let left = time - clock(); left > 0.004 && !stop(); left = time - clock()) {
    await new Promise((done) => setTimeout(done, Math.min(200, left * 1000)));
  }
}
