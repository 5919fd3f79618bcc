/** The conversation with the server: connects for as long as the page lives, and sends again what got lost. */

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 2000;
const SILENCE = 30_000; // the server gives a sign of life every ten seconds
const TRY = 5000;
const KEPT = 5;
const KEPT_FOR = 120_000;
const REPLACED = 4001;

export class Link {
  /**
   * @param {(message: object) => void} hear called with every message
   * @param {(up: boolean) => void} changed called when the connection comes and goes
   */
  constructor(hear, changed) {
    this.hear = hear;
    this.changed = changed;
    this.name = "";
    this.socket = null;
    this.up = false;
    this.tries = 0;
    this.heardAt = 0;
    this.unsent = [];
    setInterval(() => this.watch(), 5000);
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  async open() {
    this.name = await pageName();
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
    this.socket = socket;
    this.triedAt = performance.now();
    socket.binaryType = "arraybuffer";
    socket.onopen = () => socket.send(JSON.stringify({ type: "join", page: this.name }));
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(event.code);
  }

  receive(message) {
    this.heardAt = performance.now();
    if (message.type === "said") {
      this.unsent = this.unsent.filter((wish) => wish.id !== message.id);
    }
    if (message.type === "stage" && !this.up) {
      this.up = true;
      this.tries = 0;
      this.changed(true);
      this.sendAgain();
    }
    this.hear(message);
  }

  lost(code) {
    this.socket.onclose = this.socket.onmessage = this.socket.onopen = null;
    if (code === REPLACED) this.name = newName();
    if (this.up) {
      this.up = false;
      this.changed(false);
    }
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.tries++) * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), pause);
  }

  /** A connection may be dead without having been closed. */
  watch() {
    const state = this.socket?.readyState;
    const now = performance.now();
    const dead = (state === WebSocket.OPEN && this.up && now - this.heardAt > SILENCE)
      || (state === WebSocket.CONNECTING && now - this.triedAt > TRY);
    if (!dead) return;
    this.socket.onclose = null;
    this.socket.close();
    this.lost(0);
  }

  hurry() {
    if (!this.up && this.socket?.readyState === WebSocket.CLOSED) {
      this.tries = 0;
      this.connect();
    }
  }

  /** Tells the server something that is worth nothing later. */
  tell(message) {
    if (this.up) this.socket.send(JSON.stringify(message));
  }

  /** Sends what a visitor wrote, now or when the connection is back. Returns whether it went out at once. */
  say(text) {
    const wish = { type: "say", id: newName(), text };
    this.unsent = [...this.unsent, { ...wish, at: Date.now() }].slice(-KEPT);
    this.tell(wish);
    return this.up;
  }

  sendAgain() {
    this.unsent = this.unsent.filter((wish) => Date.now() - wish.at < KEPT_FOR);
    for (const { id, text } of this.unsent) this.tell({ type: "say", id, text });
  }

  /** Sends sound; what the line cannot take now is dropped. */
  sound(pcm) {
    if (this.up && this.socket.bufferedAmount < 64_000) this.socket.send(pcm);
  }
}

function newName() {
  const signs = "abcdefghijkmnpqrstuvwxyz23456789";
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => signs[byte % 32]).join("");
}

/** Returns a name that stays when the page is loaded again, but that no other page of this browser has. */
async function pageName() {
  const kept = sessionStorage.getItem("page");
  const name = kept && await free(kept) ? kept : newName();
  if (name !== kept) await free(name);
  sessionStorage.setItem("page", name);
  return name;
}

/** A copied tab brings its session along: whoever holds the lock has the name. */
function free(name) {
  if (!navigator.locks) return true;
  return new Promise((done) => {
    navigator.locks.request(`page ${name}`, { ifAvailable: true }, (lock) => {
      done(lock !== null);
      return lock && new Promise(() => {});
    });
  });
}
