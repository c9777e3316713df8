// Times in the user's zone: `data-ago` counts on, `data-moment` stands, to the minute unless it is
// "exact". What points at one is told the second and the zone.
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW_S = 5;
const TICK_MS = 1000;

// That of the profile; the browser's own for visitors without one.
export const timeZone = document.documentElement.dataset.timeZone || undefined;
const exact = new Intl.DateTimeFormat(undefined, {
  timeZone,
  year: "numeric", month: "short", day: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short",
});
const moment = new Intl.DateTimeFormat(undefined, {
  timeZone,
  year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
});
const short = new Intl.DateTimeFormat(undefined, {
  timeZone,
  month: "short", day: "numeric", hour: "2-digit", minute: "2-digit",
});

export function ago(moment, now) {
  const seconds = Math.max(0, Math.floor((now - moment) / 1000));
  if (seconds < NOW_S) return "now";
  if (seconds < MINUTE) return `${seconds}s ago`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)}m ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)}h ago`;
  return short.format(moment);
}

export function showTime(element, now = Date.now()) {
  const at = Date.parse(element.dateTime);
  if (Number.isNaN(at)) return;
  if (!element.title) element.title = exact.format(at);
  const text = "ago" in element.dataset ? ago(at, now) : (element.dataset.moment === "exact" ? exact : moment).format(at);
  if (element.textContent !== text) element.textContent = text;
}

export function showTimes(root = document) {
  const now = Date.now();
  for (const element of root.querySelectorAll("time[data-ago], time[data-moment]")) showTime(element, now);
}

showTimes();
setInterval(() => { if (!document.hidden) showTimes(); }, TICK_MS);
document.addEventListener("visibilitychange", () => showTimes());
