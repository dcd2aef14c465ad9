// The only place that sends the page's forms without leaving the page.
import { hideTrouble, showTrouble } from "./trouble.js";

export function watchForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-live]")) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-on-change]");
    if (form) send(form, null);
  });
}

async function send(form, pressed) {
  if (form.dataset.sending) return; // a double click says it once
  form.dataset.sending = "yes";
  const said = new FormData(form);
  if (pressed?.name) said.append(pressed.name, pressed.value);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: said, headers: { "X-Live": "1" } });
    if (!answer.ok) throw new Error(await answer.text());
    hideTrouble();
    form.dispatchEvent(new CustomEvent("sent", { bubbles: true }));
  } catch (error) {
    showTrouble(document.documentElement.dataset.failed.replace("{reason}", error.message));
  } finally {
    delete form.dataset.sending;
  }
}
