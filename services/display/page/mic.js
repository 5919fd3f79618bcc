/** The visitor's microphone: asked for, open, or the reason why not. Sound leaves the page only while it is on. */

const WISH = { channelCount: 1, sampleRate: 16000, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const REASONS = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "missing", OverconstrainedError: "missing" };
const TRY_AGAIN = 10_000;

export class Mic {
  /** @param {{chunk: (pcm: ArrayBuffer) => void, level: (level: number) => void, changed: (state: string) => void}} listener */
  constructor(listener) {
    this.listener = listener;
    this.state = "off";
    this.wanted = false;
    this.persistent = false;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.retry());
    setInterval(() => this.persistent && this.retry(), TRY_AGAIN);
  }

  become(state) {
    if (state === this.state) return;
    this.state = state;
    this.listener.changed(state);
  }

  get open() {
    return this.state === "listening";
  }

  toggle() {
    return this.open || this.state === "asking" ? this.off() : this.on();
  }

  /** Opens the microphone. A device that is missing now is opened when it appears. */
  async on() {
    this.wanted = true;
    if (!navigator.mediaDevices?.getUserMedia) return this.become("insecure");
    this.become("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: WISH });
      if (!this.wanted) return stop(stream);
      await this.listen(stream);
      this.become("listening");
    } catch (error) {
      if (this.wanted) this.become(REASONS[error.name] ?? "failed");
    }
  }

  async listen(stream) {
    const [track] = stream.getAudioTracks();
    track.onended = () => this.fail("missing");
    this.stream = stream;
    this.context = await contextFor(stream);
    await this.context.audioWorklet.addModule("ear.js");
    const node = new AudioWorkletNode(this.context, "ear", { numberOfInputs: 1, numberOfOutputs: 1, channelCount: 1, channelCountMode: "explicit" });
    node.port.onmessage = ({ data }) => {
      this.listener.chunk(data.pcm);
      this.listener.level(data.level);
    };
    this.context.source.connect(node).connect(this.context.destination);
    await this.context.resume();
  }

  off() {
    this.wanted = false;
    this.close();
    this.become("off");
  }

  fail(state) {
    this.close();
    this.become(state);
  }

  retry() {
    if (this.wanted && ["missing", "failed", "denied"].includes(this.state)) this.on();
  }

  close() {
    stop(this.stream);
    this.context?.close();
    this.stream = this.context = null;
    this.listener.level(0);
  }
}

function stop(stream) {
  stream?.getTracks().forEach((track) => {
    track.onended = null;
    track.stop();
  });
}

/**
 * Returns a context that hears the stream. Some browsers cannot change a microphone's rate; there the worklet does.
 * One block is one chunk, where the browser takes that: waking up seldom is what keeps a silent room cheap.
 */
async function contextFor(stream) {
  for (const wish of [{ sampleRate: 16000, renderSizeHint: 960, latencyHint: 0.06, sinkId: { type: "none" } }, { sampleRate: 16000 }, {}]) {
    let context;
    try {
      context = new AudioContext(wish);
      context.source = context.createMediaStreamSource(stream);
      return context;
    } catch {
      await context?.close();
    }
  }
  throw new Error("no audio context takes this microphone");
}
