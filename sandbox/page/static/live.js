// The only place that hears from the server what has changed, and fetches just that.
import { morph } from "./morph.js";
import { hideTrouble, showTrouble } from "./trouble.js";

const CLOCK_EVERY = 15000; // milliseconds: the clock also moves when nothing else does

export function listen() {
  const source = new EventSource("/live");
  source.onmessage = (event) => refreshChanged(JSON.parse(event.data));
  source.onopen = hideTrouble;
  source.onerror = () => showTrouble(document.documentElement.dataset.offline);
  window.addEventListener("pagehide", () => source.close());
  setInterval(() => refresh("clock"), CLOCK_EVERY);
}

function refreshChanged(versions) {
  for (const [part, version] of Object.entries(versions)) {
    if (shown(part)?.dataset.version !== version) refresh(part);
  }
}

const asked = new Map(); // part → number of the latest question, so that a late answer cannot undo a newer one

async function refresh(part) {
  const number = (asked.get(part) ?? 0) + 1;
  asked.set(part, number);
  const answer = await fetch(`/part/${part}`).catch(() => null);
  if (!answer?.ok) return;
  const html = await answer.text();
  if (asked.get(part) !== number) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-part]");
  const old = shown(part);
  morph(old, fresh);
  old.dispatchEvent(new CustomEvent("changed", { bubbles: true }));
}

function shown(part) {
  return document.querySelector(`[data-part="${part}"]`);
}
