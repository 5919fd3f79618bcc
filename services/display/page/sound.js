/** Everything that sounds: the storyteller, the soundscape and the music, each on a bus of its own. */

const CROSSFADE = 2.5;
const FADE_OUT = 4;
const ATTACK = 0.09; // time constants of ducking, seconds
const RELEASE = 0.7;
const REST_AFTER = 15_000;
const TRIES = [0, 500, 1500];

export class Sound {
  /**
   * @param {{narration: number, ambience: number, music: number, ducked: number}} levels
   * @param {boolean} quiet makes no sound at all
   */
  constructor(levels, quiet) {
    this.levels = levels;
    this.quiet = quiet;
    this.context = new AudioContext({ sampleRate: 48000, latencyHint: "balanced" });
    this.allowed = this.context.state === "running";
    this.context.addEventListener("statechange", () => {
      if (this.context.state === "running") this.allowed = true;
    });
    const limiter = new DynamicsCompressorNode(this.context, { threshold: -4, knee: 3, ratio: 12, attack: 0.003, release: 0.2 });
    limiter.connect(this.context.destination);
    this.buses = Object.fromEntries(["narration", "ambience", "music"].map((name) => [name, this.bus(name, limiter)]));
    this.ducked = false;
    this.busy = 0;
  }

  bus(name, output) {
    const gain = new GainNode(this.context, { gain: this.levels[name] });
    const meter = new AnalyserNode(this.context, { fftSize: 2048 });
    gain.connect(meter).connect(output);
    return { gain, meter, playing: null, wanted: "", samples: new Float32Array(2048) };
  }

  /** Starts the device; resolves to whether the browser lets it sound. */
  async wake() {
    clearTimeout(this.resting);
    if (this.quiet) return false;
    if (this.context.state !== "running") {
      this.context.resume().catch(() => {});
      const until = performance.now() + (this.allowed ? 2000 : 400);
      while (this.context.state !== "running" && performance.now() < until) await pause(20);
    }
    this.rest();
    return this.context.state === "running";
  }

  /** Gets the device ready for a voice that will come soon: waking it takes a moment. */
  expect() {
    if (this.allowed) this.wake();
  }

  /** Lets the device sleep when there has been nothing to play for a while. */
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const idle = !this.busy && !this.buses.ambience.playing && !this.buses.music.playing;
      if (idle && this.context.state === "running") this.context.suspend();
    }, REST_AFTER);
  }

  /** Returns the decoded sound at an address, or null when it cannot be had. */
  async load(url) {
    for (const wait of TRIES) {
      if (wait) await pause(wait);
      try {
        const answer = await fetch(url);
        if (answer.ok) return await this.context.decodeAudioData(await answer.arrayBuffer());
        if (answer.status === 404 && wait) return null;
      } catch (error) {
        if (error instanceof DOMException) return null;
      }
    }
    return null;
  }

  /** Plays a soundscape or music on its bus from now on, in place of what is there. Returns whether it could be had. */
  async play(bus, { id, url, loop }) {
    const line = this.buses[bus];
    if (this.quiet || line.wanted === id) return true;
    line.wanted = id;
    const buffer = await this.load(url);
    if (line.wanted !== id) return true;
    if (!buffer) return false;
    await this.wake();
    if (line.wanted !== id) return true;
    this.fadeOut(line, CROSSFADE);
    const source = new AudioBufferSourceNode(this.context, { buffer, loop: loop !== false });
    const fade = new GainNode(this.context, { gain: 0 });
    fade.gain.setTargetAtTime(1, this.context.currentTime, CROSSFADE / 3);
    source.connect(fade).connect(line.gain);
    source.start();
    line.playing = { source, fade, id };
    source.onended = () => {
      if (line.playing?.source === source) line.playing = null;
      this.rest();
    };
    return true;
  }

  /** Forgets what cannot be heard yet: it belongs to an older turn. */
  drop() {
    for (const name of ["ambience", "music"]) this.buses[name].wanted = this.buses[name].playing?.id ?? "";
  }

  /** Lets soundscape and music fade away. */
  hush() {
    for (const name of ["ambience", "music"]) {
      this.buses[name].wanted = "";
      this.fadeOut(this.buses[name], FADE_OUT);
    }
    this.rest();
  }

  fadeOut(line, seconds) {
    const { playing } = line;
    if (!playing) return;
    line.playing = null;
    const now = this.context.currentTime;
    playing.fade.gain.cancelScheduledValues(now);
    playing.fade.gain.setTargetAtTime(0, now, seconds / 4);
    playing.source.stop(now + seconds * 1.5);
  }

  /** Lowers soundscape and music under the storyteller, or raises them again. */
  duck(on) {
    if (this.ducked === on) return;
    this.ducked = on;
    const now = this.context.currentTime;
    for (const name of ["ambience", "music"]) {
      const gain = this.buses[name].gain.gain;
      gain.cancelScheduledValues(now);
      gain.setTargetAtTime(this.levels[name] * (on ? this.levels.ducked : 1), now, on ? ATTACK : RELEASE);
    }
  }

  /** Starts a spoken sentence at a time of the device's clock; returns a function that silences it at once, softly. */
  speak(buffer, at) {
    const source = new AudioBufferSourceNode(this.context, { buffer });
    const fade = new GainNode(this.context);
    source.connect(fade).connect(this.buses.narration.gain);
    source.start(at);
    this.busy++;
    source.onended = () => {
      this.busy--;
      this.rest();
    };
    return () => {
      const now = this.context.currentTime;
      fade.gain.cancelScheduledValues(now);
      fade.gain.setTargetAtTime(0, now, 0.04);
      source.stop(now + 0.25);
    };
  }

  /** Returns how loud a bus is now, and its gain. */
  level(name) {
    const { meter, samples, gain, playing } = this.buses[name];
    if (this.context.state !== "running") return { level: 0, gain: gain.gain.value, playing: playing?.id ?? "" };
    meter.getFloatTimeDomainData(samples);
    const sum = samples.reduce((total, sample) => total + sample * sample, 0);
    return { level: Math.sqrt(sum / samples.length), gain: gain.gain.value, playing: playing?.id ?? "" };
  }
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
