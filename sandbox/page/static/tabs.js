// The only place for the narrow page: one phone at a time, tabs with arrow keys, and what is unread behind them.
import { toEnd } from "./scroll.js";

const narrow = matchMedia("(max-width: 899px)");
const tabs = () => [...document.querySelectorAll("#tabs a")];
const phones = () => [...document.querySelectorAll(".phone")];
const seen = new Map(); // chat on a phone → newest message its owner has looked at
let current = 0;

export function watchTabs() {
  current = Number(sessionStorage.getItem("phone") ?? 0);
  narrow.addEventListener("change", arrange);
  const list = document.getElementById("tabs");
  list.addEventListener("click", (event) => {
    const number = tabs().indexOf(event.target.closest("a"));
    if (number < 0) return;
    event.preventDefault();
    choose(number);
  });
  list.addEventListener("keydown", keyed);
  for (const skip of document.querySelectorAll(".skips a[href^='#phone-']")) {
    skip.addEventListener("click", () => choose(Number(skip.hash.slice(-1))));
  }
  document.addEventListener("changed", count);
  document.addEventListener("sent", followTour);
  document.addEventListener("changed", followTour);
  arrange();
}

// The tour says on which phone its step is seen; whoever watches it on a narrow page is taken there.
function followTour(event) {
  const done = event.type === "sent" && event.target.id === "tour-orders" ? event.target : null;
  const orders = done ?? event.target.querySelector("#tour-orders[data-playing]");
  if (orders && Number(orders.dataset.phone) !== current) choose(Number(orders.dataset.phone));
}

function keyed(event) {
  const last = tabs().length - 1;
  const to = { ArrowRight: current === last ? 0 : current + 1, ArrowLeft: current === 0 ? last : current - 1, Home: 0, End: last };
  if (event.key === " " || event.key in to) event.preventDefault();
  if (event.key in to) {
    choose(to[event.key]);
    tabs()[current].focus();
  }
}

export function choose(number) {
  current = number;
  sessionStorage.setItem("phone", String(number));
  arrange();
  toEnd(phones()[number].querySelector(".talk"));
  // What was asked for may lie below the fold.
  if (narrow.matches) document.querySelector(".phones").scrollIntoView();
}

function arrange() {
  const list = document.getElementById("tabs");
  if (narrow.matches) list.setAttribute("role", "tablist");
  else list.removeAttribute("role");
  tabs().forEach((tab, number) => asTab(tab, number));
  phones().forEach((phone, number) => asPanel(phone, number));
  count();
}

function asTab(tab, number) {
  const marks = { role: "tab", "aria-controls": `phone-${number}`, "aria-selected": String(number === current) };
  for (const [name, value] of Object.entries(marks)) {
    if (narrow.matches) tab.setAttribute(name, value);
    else tab.removeAttribute(name);
  }
  tab.tabIndex = narrow.matches && number !== current ? -1 : 0;
}

function asPanel(phone, number) {
  if (narrow.matches) phone.setAttribute("role", "tabpanel");
  else phone.removeAttribute("role");
  phone.toggleAttribute("data-tab-open", number === current);
}

function count() {
  phones().forEach((phone, number) => {
    const key = `${number} ${phone.dataset.chat}`;
    const ids = [...phone.querySelectorAll(".message:not([data-mine])")].map((message) => Number(message.dataset.id));
    if (!narrow.matches || number === current || !seen.has(key)) seen.set(key, Math.max(0, ...ids));
    badge(tabs()[number].querySelector(".badge"), ids.filter((id) => id > seen.get(key)).length);
  });
}

function badge(place, unread) {
  place.hidden = unread === 0;
  place.textContent = unread ? String(unread) : "";
  place.setAttribute("aria-label", document.documentElement.dataset.unread.replace("{count}", unread));
}
