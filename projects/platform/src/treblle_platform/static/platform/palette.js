// Ctrl-K (or ⌘K, or /): one field that finds everything and goes there, by keyboard alone.
const TYPING_MS = 120;
const dialog = document.getElementById("palette");
const field = document.getElementById("palette-text");
const found = document.getElementById("palette-found");
let timer = null;
let asked = 0;

function open() {
  if (dialog.open) return;
  dialog.showModal();
  field.value = "";
  ask();
}

async function ask() {
  const mine = ++asked;
  const query = new URLSearchParams({ q: field.value });
  if (dialog.dataset.project) query.set("project", dialog.dataset.project);
  try {
    const answer = await fetch(`${dialog.dataset.url}?${query}`, { headers: { "X-Part": "1" } });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const text = await answer.text();
    if (mine !== asked) return;
    found.innerHTML = text;
  } catch {
    if (mine === asked) found.textContent = "The search does not answer. Try again in a moment.";
  }
  choose(0);
}

const hits = () => [...found.querySelectorAll("[role=option]")];

function choose(number) {
  const all = hits();
  const wanted = all[(number + all.length) % all.length];
  for (const hit of all) hit.setAttribute("aria-selected", String(hit === wanted));
  wanted?.scrollIntoView({ block: "nearest" });
  if (wanted) field.setAttribute("aria-activedescendant", wanted.id);
  else field.removeAttribute("aria-activedescendant");
}

const chosen = () => hits().findIndex((hit) => hit.getAttribute("aria-selected") === "true");

field.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, TYPING_MS);
});
field.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") choose(chosen() + 1);
  else if (event.key === "ArrowUp") choose(chosen() - 1);
  else if (event.key === "Enter") hits()[chosen()]?.click();
  else return;
  event.preventDefault();
});
dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const wanted = (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) || (event.key === "/" && !typing);
  if (!wanted) return;
  event.preventDefault();
  open();
});
document.querySelector("[data-palette]").addEventListener("click", (event) => {
  event.preventDefault();
  open();
});
