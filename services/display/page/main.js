/** The page: hears what is on stage and shows it. Whatever is older than the visit's newest turn is refused here too. */

import { Attract } from "./attract.js";
import { Caption } from "./caption.js";
import { Controls } from "./controls.js";
import { Link } from "./link.js";
import { Mic } from "./mic.js";
import { Picture } from "./picture.js";
import { Sound } from "./sound.js";
import { Visitor } from "./visitor.js";
import { Voice } from "./voice.js";

const VOICELESS = 6000; // a story whose voice has not come by then is read
const OUT_OF_REACH = 1500;

const find = (id) => document.getElementById(id);
const settings = JSON.parse(find("settings").textContent);
const wishes = new URLSearchParams(location.search);
settings.kiosk = wishes.has("kiosk");
document.body.classList.toggle("kiosk", settings.kiosk);

const state = { visit: "", turn: 0, picture: null, preview: "", beat: null, loads: 0, away: false };
const attract = new Attract(find("lantern"), settings.frames);
const picture = new Picture(find("stage"), settings.frames);
const sound = new Sound(settings.levels, wishes.has("quiet"));
const visitor = new Visitor(find("visitor"), find("visitor-words"));
const link = new Link((message) => hear(message), (up) => connected(up));
const voice = new Voice(sound, new Caption(find("caption"), find("spoken")), {
  begun: (id) => link.tell({ type: "speaking", id }),
  finished: (id) => link.tell({ type: "finished", id }),
  trouble: (text) => link.tell({ type: "trouble", text }),
});
const controls = new Controls(settings, {
  say,
  mic: () => mic.toggle(),
  touched: () => sound.allowed || sound.quiet || begin(),
  trouble: (text) => link.tell({ type: "trouble", text }),
});
const mic = new Mic({
  chunk: (pcm) => link.sound(pcm),
  level: (level) => controls.level(level),
  changed: (now) => {
    controls.mic(now);
    tellMic();
    if (!settings.kiosk) sessionStorage.setItem("mic", now === "listening" ? "on" : "off");
  },
});

/** What each message of the server does. `given` is true for what is on stage now, however old. */
const deeds = {
  stage: (message) => {
    if (message.version !== settings.version && renew()) return;
    const now = message.messages ?? [];
    const visit = now.find((part) => part.type === "turn")?.visit ?? "";
    if (state.visit && state.visit !== visit) deeds.ended({ visit: state.visit });
    now.forEach((part) => hear(part, true));
  },
  turn: ({ visit, turn = 0, text = "" }) => {
    if (visit === state.visit && turn <= state.turn) return;
    Object.assign(state, { visit, turn, preview: "", beat: null });
    document.body.dataset.visit = "on";
    state.loads++;
    clearTimeout(state.voiceless);
    voice.stop();
    sound.drop();
    sound.expect();
    visitor.thinking(text);
    find("seen").textContent = settings.words.thinking;
  },
  ended: ({ visit }) => {
    if (visit !== state.visit) return;
    Object.assign(state, { visit: "", turn: 0, picture: null, preview: "", beat: null });
    document.body.dataset.visit = "off";
    clearTimeout(state.voiceless);
    state.loads++;
    voice.stop();
    visitor.quiet();
    sound.hush();
    scene("attract");
  },
  beat: (message) => {
    state.beat = message;
    clearTimeout(state.voiceless);
    state.voiceless = setTimeout(() => read(message), VOICELESS);
  },
  preview: (message) => preview(message),
  picture: (message) => hang(message),
  part: (message) => {
    clearTimeout(state.voiceless);
    state.beat = null;
    voice.add(message);
    visitor.answered();
  },
  narrated: (message) => voice.complete(message),
  sound: async (message) => {
    if (!await sound.play(message.bus, message)) link.tell({ type: "trouble", text: `no sound at ${message.url}` });
  },
  hearing: ({ mic: name, text = "", stable = 0, done = false }) => {
    sound.expect();
    if (done) visitor.spoke(text);
    else visitor.speaking(text, stable);
    if (name === `page-${link.name}` && mic.open) controls.mic(done ? "listening" : "speaking");
  },
  missing: ({ what, request }) => {
    if (what === "narration.request" && state.beat) read(state.beat);
    if (what === "image.request" && request === state.preview) state.preview = "";
  },
  ears: ({ ready = false }) => {
    state.deaf = !ready;
    deaf();
  },
  said: ({ refused = false }) => refused && controls.notice("pen", settings.words.too_many, 3000),
};

function hear(message, given = false) {
  if (given || fresh(message)) deeds[message.type]?.(message);
}

/** The last look before something is shown: it may have become old on the way. */
function fresh({ type, visit = "", turn = 0 }) {
  if (!visit || type === "turn" || type === "ended") return true;
  return visit === state.visit && turn >= state.turn;
}

function scene(name) {
  clearTimeout(state.leaving);
  document.body.dataset.scene = name;
  attract.show(name === "attract");
  if (name === "attract") state.leaving = setTimeout(() => picture.clear(), 2000);
}

/** Puts a picture on the canvas; the first of a story does not fade out of the last of another. */
function put(bitmap, wish) {
  if (document.body.dataset.scene === "attract") picture.clear();
  scene("story");
  return picture.show(bitmap, wish);
}

async function preview({ visit, turn, request, data, media_type }) {
  state.preview = request;
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const load = state.loads;
  const bitmap = await createImageBitmap(new Blob([bytes], { type: media_type })).catch(() => null);
  if (!bitmap || load !== state.loads || state.preview !== request || !fresh({ visit, turn })) return bitmap?.close();
  put(bitmap, { blurred: true });
}

/** Puts a picture on the canvas and tells when it is really there. */
async function hang(message) {
  if (state.picture?.id === message.id) return;
  const load = ++state.loads;
  const bitmap = await fetchPicture(message.url);
  if (load !== state.loads || (message.visit && message.visit !== state.visit)) return bitmap?.close();
  if (!bitmap) return link.tell({ type: "trouble", text: `no picture at ${message.url}` });
  Object.assign(state, { picture: message, preview: "" });
  const canvas = find("stage");
  canvas.setAttribute("aria-label", `${settings.words.picture}: ${message.alt ?? ""}`);
  state.whole = false;
  const whole = put(bitmap);
  requestAnimationFrame(() => link.tell({ type: "shown", id: message.id }));
  state.whole = await whole;
}

async function fetchPicture(url) {
  for (const wait of [0, 400, 1200]) {
    if (wait) await new Promise((done) => setTimeout(done, wait));
    try {
      const answer = await fetch(url);
      if (answer.ok) return await createImageBitmap(await answer.blob());
    } catch {
      // The next try may do better; after the last one the wall keeps what it shows.
    }
  }
  return null;
}

/** Shows the words of a beat that has no voice. */
function read(beat) {
  clearTimeout(state.voiceless);
  if (state.beat !== beat) return;
  state.beat = null;
  voice.addSilent(beat.id, beat.sentences);
  visitor.answered();
}

function say(text) {
  begin();
  if (!link.say(text)) controls.notice("pen", settings.words.sent_later, 4000);
}

function connected(up) {
  document.body.dataset.link = up ? "up" : "down";
  clearTimeout(state.lostTimer);
  if (up) {
    controls.unnotice("link");
    controls.unnotice("pen");
    tellMic();
  } else {
    state.lostTimer = setTimeout(() => controls.notice("link", settings.words.lost), OUT_OF_REACH);
  }
}

function tellMic() {
  link.tell({ type: "mic", on: mic.open });
  deaf();
}

/** Says so when somebody speaks and nobody can hear it. */
function deaf() {
  if (state.deaf && mic.open) controls.notice("deaf", settings.words.deaf, 9000);
  else controls.unnotice("deaf");
}

/** Another version of the page is being served: load it, but not in the middle of a story, nor again and again. */
function renew() {
  const last = Number(sessionStorage.getItem("renewed") ?? 0);
  if (state.visit || Date.now() - last < 60_000) return false;
  sessionStorage.setItem("renewed", String(Date.now()));
  location.reload();
  return true;
}

/** A browser may want a touch before it makes a sound. */
async function begin() {
  if (await sound.wake() || sound.quiet) {
    const overlay = find("begin");
    overlay.classList.add("gone");
    setTimeout(() => (overlay.hidden = true), 800);
  } else if (find("begin").hidden) {
    find("begin").classList.remove("gone");
    find("begin").hidden = false;
  }
}

async function micAtStart() {
  if (!settings.microphone || wishes.get("mic") === "off") return;
  const allowed = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  const wasOn = sessionStorage.getItem("mic") === "on" && allowed?.state === "granted";
  mic.persistent = settings.kiosk || wishes.has("mic");
  if (mic.persistent || wasOn) mic.on();
}

function keepAwake() {
  if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

/** For tests and operators: what the page shows and plays now, as a plain object. Documented in docs/display.md. */
globalThis.fantascope = {
  snapshot: () => ({
    connected: link.up,
    page: link.name,
    visit: state.visit,
    turn: state.turn,
    scene: document.body.dataset.scene,
    picture: state.picture && { id: state.picture.id, path: state.picture.url.replace(/^assets\//, ""), alt: state.picture.alt ?? "", whole: Boolean(state.whole) },
    preview: state.preview,
    caption: voice.caption.text,
    word: voice.caption.lit,
    speaking: voice.speaking,
    visitor: { state: visitor.state, text: visitor.text },
    mic: document.body.dataset.mic,
    audio: { state: sound.context.state, ducked: sound.ducked, narration: sound.level("narration"), ambience: sound.level("ambience"), music: sound.level("music") },
    notice: find("notice").classList.contains("seen") ? find("notice").textContent : "",
    overlay: !find("begin").hidden && !find("begin").classList.contains("gone"),
  }),
};

find("begin").addEventListener("click", () => begin());
document.addEventListener("visibilitychange", keepAwake);
keepAwake();
link.open();
begin();
micAtStart();
