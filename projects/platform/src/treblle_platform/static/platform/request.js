// One request: finds text in headers and bodies, opens what is folded around it, puts names into comments.
import "./frame.js";
import "./times.js";

const HIGHLIGHT = "found";
const MOST_FOUND = 1_000;
const TYPING_MS = 120;

const $ = (id) => document.getElementById(id);

function textNodes(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function ranges(text) {
  const found = [];
  for (const root of document.querySelectorAll("[data-searched]")) {
    for (const node of textNodes(root)) {
      const lower = node.data.toLowerCase();
      for (let at = lower.indexOf(text); at >= 0 && found.length < MOST_FOUND; at = lower.indexOf(text, at + text.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + text.length);
        found.push(range);
      }
    }
  }
  return found;
}

class Finder {
  constructor(input, count) {
    this.input = input;
    this.count = count;
    this.found = [];
    this.current = -1;
    input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), TYPING_MS);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.go(event.shiftKey ? -1 : 1);
    });
  }

  search() {
    const text = this.input.value.trim().toLowerCase();
    this.found = text ? ranges(text) : [];
    this.current = -1;
    CSS.highlights.set(HIGHLIGHT, new Highlight(...this.found));
    for (const { startContainer } of this.found) unfold(startContainer);
    this.tell(text);
  }

  go(step) {
    if (!this.found.length) return;
    this.current = (this.current + step + this.found.length) % this.found.length;
    const range = this.found[this.current];
    CSS.highlights.set("here", new Highlight(range));
    range.startContainer.parentElement.scrollIntoView({ block: "center" });
    this.tell(true);
  }

  tell(text) {
    const all = this.found.length === MOST_FOUND ? `${MOST_FOUND} or more` : this.found.length;
    const which = this.current >= 0 ? `${this.current + 1} of ` : "";
    this.count.textContent = text ? `${which}${all} found${this.found.length ? ", Enter goes on" : ""}` : "";
  }
}

function unfold(node) {
  for (let each = node.parentElement; each; each = each.parentElement) {
    if (each.localName === "details") each.open = true;
  }
}

if ($("find") && "highlights" in CSS) {
  $("find").hidden = false;
  new Finder($("find-text"), $("find-count"));
}

document.addEventListener("click", ({ target }) => {
  const name = target.closest?.("[data-mention]")?.dataset.mention;
  if (!name) return;
  const text = $("comment-text");
  text.value = `${text.value}${text.value && !text.value.endsWith(" ") ? " " : ""}@${name} `;
  text.focus();
});
