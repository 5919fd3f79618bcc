/**
 * Runs on the audio thread: makes 16 kHz 16-bit chunks of what the microphone hears, and says how loud it is.
 * Where nothing at all is heard, because the microphone is muted or the house asleep, nothing is sent.
 */

const RATE = 16000;
const CHUNK = 960;
const NOTHING = 0.0006; // quieter than any room with a person in it
const PATIENCE = 50; // chunks of nothing that are still sent, so that the listener hears that an utterance is over
const BEFORE = 8; // chunks from before a sound that are sent along with it

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.chunk = new Int16Array(CHUNK);
    this.filled = 0;
    this.power = 0;
    this.step = sampleRate / RATE;
    this.sum = 0;
    this.weight = 0;
    this.nothing = 0;
    this.kept = [];
  }

  process([input]) {
    const sound = input[0];
    if (sound) for (const sample of sound) this.take(sample);
    return true;
  }

  /** Where the device runs at another rate, samples are averaged over the length of one of ours. */
  take(sample) {
    this.sum += sample;
    this.weight += 1;
    if (this.weight < this.step) return;
    const value = this.sum / Math.round(this.weight);
    this.weight -= this.step;
    this.sum = 0;
    this.put(Math.max(-1, Math.min(1, value)));
  }

  put(value) {
    this.chunk[this.filled++] = value < 0 ? value * 32768 : value * 32767;
    this.power += value * value;
    if (this.filled < CHUNK) return;
    this.pass(this.chunk.slice().buffer, Math.sqrt(this.power / CHUNK));
    this.filled = 0;
    this.power = 0;
  }

  pass(pcm, level) {
    this.nothing = level < NOTHING ? this.nothing + 1 : 0;
    if (this.nothing > PATIENCE) {
      this.kept.push(pcm);
      if (this.kept.length > BEFORE) this.kept.shift();
      return;
    }
    for (const earlier of this.kept.splice(0)) this.send(earlier, 0);
    this.send(pcm, level);
  }

  send(pcm, level) {
    this.port.postMessage({ pcm, level }, [pcm]);
  }
}

registerProcessor("ear", Ear);
