// What every page has: the theme, menus that close again, and buttons that copy.
const YEAR_S = 365 * 24 * 60 * 60;
const COPIED_MS = 1600;
const root = document.documentElement;

// Light or dark: the choice lies in a cookie, so that the server's first paint is right already.
const toggle = document.querySelector("[data-theme-toggle]");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";

function tellTheme() {
  toggle?.setAttribute("aria-pressed", String(isDark()));
  document.dispatchEvent(new CustomEvent("theme:changed"));
}

// A shared page has no frame, and so nothing to toggle.
if (toggle) toggle.hidden = false;
toggle?.setAttribute("aria-pressed", String(isDark()));
toggle?.addEventListener("click", () => {
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme};path=/;max-age=${YEAR_S};samesite=lax`;
  tellTheme();
});
system.addEventListener("change", tellTheme);

// Where an account is made, its time zone is the browser's.
document.cookie = `time_zone=${Intl.DateTimeFormat().resolvedOptions().timeZone};path=/;samesite=lax`;

// `<button data-copy="id of what is copied" hidden>`: shown where the browser can copy.
function showCopyButtons(within) {
  for (const button of within.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText("value" in source ? source.value : source.textContent);
  button.dataset.said ??= button.textContent;
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = button.dataset.said; }, COPIED_MS);
});
showCopyButtons(document);
document.addEventListener("htmx:after:swap", () => showCopyButtons(document));

// `<button data-dialog="id" hidden>` opens that dialog; `data-close` inside closes it.
for (const button of document.querySelectorAll("[data-dialog]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.dialog).showModal());
}
document.addEventListener("click", ({ target }) => target.closest?.("[data-close]")?.closest("dialog").close());

// `<form data-autosubmit>` sends itself when a choice in it changes; its button is for those without script.
document.addEventListener("change", ({ target }) => target.closest?.("form[data-autosubmit]")?.requestSubmit());

// Where tabs go on beyond the screen, the current one is in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
}
