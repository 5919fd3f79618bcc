/** What a visitor may touch: microphone, text box, borrowed sentences; and the line that explains. */

const AWAY = 4500;
const CHANGE = 14_000;
const READ = 10_000;

const find = (id) => document.getElementById(id);

export class Controls {
  /**
   * @param {object} settings the project's
   * @param {{say: (text: string) => void, mic: () => void, touched: () => void, trouble: (text: string) => void}} listener
   */
  constructor(settings, listener) {
    this.settings = settings;
    this.words = settings.words;
    this.listener = listener;
    this.input = find("words");
    this.first = 0;
    this.notices = new Map();
    this.label();
    this.listen();
    this.borrow();
    setInterval(() => this.borrow(), CHANGE);
  }

  /** Puts the project's words in their places. */
  label() {
    const { words, settings } = this;
    const spoken = settings.microphone;
    find("invite").textContent = spoken ? words.invitation : words.invitation_written;
    find("examples").setAttribute("aria-label", spoken ? words.examples : words.examples_written);
    this.input.placeholder = words.write_hint;
    this.input.setAttribute("aria-label", words.write);
    find("send").setAttribute("aria-label", words.send);
    find("begin-word").textContent = words.begin;
    find("begin-hint").textContent = words.begin_hint;
    find("mic").hidden = !spoken;
    this.mic("off");
  }

  listen() {
    find("pen").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(this.input.value);
      this.input.value = "";
    });
    find("mic").addEventListener("click", () => this.listener.mic());
    find("examples").addEventListener("click", (event) => event.target.closest("button") && this.send(event.target.textContent));
    for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(kind, (event) => this.touched(event), { passive: true });
    this.touched({});
  }

  /** Somebody is here: show what can be touched, for a while. */
  touched(event) {
    document.body.dataset.controls = "shown";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (document.body.dataset.controls = this.input.value ? "shown" : "away"), AWAY);
    const typing = event.type === "keydown" && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (typing && document.activeElement === document.body && !this.settings.kiosk) this.input.focus();
    if (event.type === "keydown" && event.key === "Escape") document.activeElement?.blur();
    if (event.type === "pointerdown" || event.type === "keydown") this.listener.touched();
  }

  send(text) {
    const wish = text.trim();
    if (wish) this.listener.say(wish);
  }

  /** Offers the next few sentences to borrow. */
  borrow() {
    const { examples, kiosk } = this.settings;
    const place = find("examples");
    if (!examples.length || place.matches(":hover, :focus-within")) return;
    const count = Math.min(examples.length, innerWidth < 640 ? 2 : 3);
    const chosen = Array.from({ length: count }, (_, index) => examples[(this.first + index) % examples.length]);
    this.first = (this.first + count) % examples.length;
    if (kiosk) {
      this.fade(find("borrow"), () => (find("borrow").textContent = `${this.settings.microphone ? this.words.examples : this.words.examples_written}: ${chosen[0]}`));
      return;
    }
    const buttons = chosen.map((text) => Object.assign(document.createElement("button"), { type: "button", textContent: text }));
    this.fade(place, () => place.replaceChildren(...buttons));
  }

  fade(element, change) {
    if (!element.childNodes.length) return change();
    element.style.opacity = 0;
    setTimeout(() => {
      change();
      element.style.opacity = "";
    }, 750);
  }

  /** Shows the state of the microphone, and why it is closed when it should not be. */
  mic(state) {
    document.body.dataset.mic = state;
    const button = find("mic"), on = state === "listening" || state === "speaking";
    button.setAttribute("aria-pressed", String(on));
    button.setAttribute("aria-label", on ? this.words.mic_off : this.words.mic_on);
    button.title = button.getAttribute("aria-label");
    this.input.placeholder = on ? this.words.mic_listening : this.words.write_hint;
    const reason = this.words[`mic_${state}`];
    if (!["off", "listening", "speaking"].includes(state) && reason) this.notice("mic", reason, state === "asking" ? 0 : READ);
    else this.unnotice("mic");
  }

  /** Moves the ring around the button; small movements are left out. */
  level(level) {
    const size = 1 + Math.round(Math.min(0.5, Math.sqrt(level) * 0.9) * 25) / 25;
    if (size === this.size) return;
    this.size = size;
    find("ring").style.transform = `scale(${size})`;
  }

  /**
   * Says something in one unobtrusive line: for some milliseconds, or until it is taken back. Nobody can do anything
   * about it at a kiosk: there the operator is told instead.
   */
  notice(about, text, stay = 0) {
    if (this.settings.kiosk && about !== "link") return this.listener.trouble(text);
    this.unnotice(about);
    this.notices.set(about, { text, timer: stay && setTimeout(() => this.unnotice(about), stay) });
    this.drawNotice();
  }

  unnotice(about) {
    clearTimeout(this.notices.get(about)?.timer);
    this.notices.delete(about);
    this.drawNotice();
  }

  /** Shows the newest notice that still holds. */
  drawNotice() {
    const newest = [...this.notices.values()].at(-1);
    if (newest) find("notice").textContent = newest.text;
    find("notice").classList.toggle("seen", Boolean(newest));
  }
}
