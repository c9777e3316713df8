// How far history is with what was said of an endpoint: asked while somebody looks, until all is done.
import { showTimes } from "./times.js";

const ASK_EVERY_MS = 3_000;

const timer = setInterval(() => {
  const moving = document.querySelector("#history-left[data-moving]");
  if (!moving) return clearInterval(timer);
  if (!document.hidden) htmx.trigger(moving, "refresh");
}, ASK_EVERY_MS);

// A login page instead: the session has ended, and what was typed here meanwhile stays.
document.addEventListener("htmx:before:response", (event) => {
  if (!event.detail.ctx.response.raw.redirected) return;
  event.preventDefault();
  clearInterval(timer);
});
document.addEventListener("htmx:after:swap", () => showTimes(document));
