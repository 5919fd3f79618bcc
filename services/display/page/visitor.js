/** The visitor's words on the wall: live while they speak, then until the room has an answer. */

const FORGET = 7000; // after the end of an utterance that led to nothing
const UNHEARD = 15_000; // without a new word while speaking
const PATIENCE = 30_000; // for an answer

export class Visitor {
  /** @param {HTMLElement} line @param {HTMLElement} words */
  constructor(line, words) {
    this.line = line;
    this.words = words;
    this.state = "quiet";
    this.text = "";
  }

  become(state, stay) {
    this.state = state;
    document.body.dataset.visitor = state;
    clearTimeout(this.timer);
    this.timer = stay && setTimeout(() => this.quiet(), stay);
  }

  /** Words as they come; those that may still change are paler. */
  speaking(text, stable) {
    const words = (text || "…").split(/(?<=\s)/);
    this.draw(words.slice(0, stable).join(""), words.slice(stable).join(""));
    this.become("speaking", text ? UNHEARD : FORGET);
  }

  /** The utterance is over. */
  spoke(text) {
    if (text) this.draw(text, "");
    this.become(text ? "thinking" : "quiet", text ? FORGET : 0);
    if (!text) this.quiet();
  }

  /** The room has taken the wish up and looks for its answer. */
  thinking(text) {
    if (text) this.draw(text, "");
    this.become("thinking", PATIENCE);
  }

  /** The answer is there. */
  answered() {
    if (this.state !== "speaking") this.quiet();
  }

  quiet() {
    this.become("quiet");
    this.line.classList.remove("seen");
    this.text = "";
  }

  draw(sure, unsure) {
    this.text = sure + unsure;
    const pale = Object.assign(document.createElement("span"), { className: "unsure", textContent: unsure });
    this.words.replaceChildren(sure, ...(unsure ? [pale] : []));
    this.line.classList.toggle("seen", this.text !== "");
  }
}
