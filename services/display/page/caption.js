/** The sentence that is spoken, its words lit as they are heard. */

const STAY = 2600;

export class Caption {
  /** @param {HTMLElement} line @param {HTMLElement} spoken read out to those who cannot see */
  constructor(line, spoken) {
    this.line = line;
    this.spoken = spoken;
    this.text = "";
    this.word = -1;
  }

  /** Shows a sentence and lights its words in time with a clock, from `start` on. */
  play(words, clock, start) {
    clearTimeout(this.timer);
    this.line.replaceChildren(...words.map(([text]) => Object.assign(document.createElement("span"), { textContent: text })));
    this.line.classList.add("seen");
    this.text = words.map(([text]) => text).join("");
    this.spoken.textContent = this.text;
    this.word = -1;
    this.follow(words, clock, start);
  }

  follow(words, clock, start) {
    const now = clock() - start;
    let next = this.word + 1;
    while (next < words.length && words[next][1] <= now + 0.005) this.light(next++);
    if (next < words.length) {
      this.timer = setTimeout(() => this.follow(words, clock, start), Math.max(10, Math.min(250, (words[next][1] - now) * 1000)));
    }
  }

  light(index) {
    const spans = this.line.children;
    if (this.word >= 0) spans[this.word].className = "said";
    spans[index].className = "now";
    this.word = index;
  }

  /** The sentence has been heard; it stays a moment. */
  end() {
    clearTimeout(this.timer);
    for (const span of this.line.children) span.className = "said";
    this.timer = setTimeout(() => this.clear(), STAY);
  }

  /** Takes the caption away. */
  clear() {
    clearTimeout(this.timer);
    this.line.classList.remove("seen");
    this.text = "";
    this.word = -1;
  }

  get lit() {
    return this.word < 0 ? "" : this.line.children[this.word].textContent.trim();
  }
}
