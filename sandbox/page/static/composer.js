// The only place for writing: Enter sends, a message can be answered or changed, a photo chosen.

export function watchComposers() {
  document.addEventListener("keydown", keyed);
  document.addEventListener("input", (event) => {
    if (event.target.matches(".composer textarea")) grow(event.target);
  });
  document.addEventListener("click", clicked);
  document.addEventListener("sent", (event) => {
    if (event.target.matches(".composer")) clear(event.target);
    for (const menu of document.querySelectorAll(".commands[open]")) menu.open = false;
    // Another chat or another person: what was to be answered or changed is not there any more.
    if (event.target.matches(".choose")) forget(composerOf(event.target));
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest(".composer .pictures")) pictured(event.target.closest(".composer"));
  });
}

function keyed(event) {
  const composer = event.target.closest?.(".composer");
  if (!composer) return;
  // While a Chinese word is being composed, Enter picks the word.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea")) {
    event.preventDefault();
    composer.requestSubmit();
  }
  if (event.key === "Escape") forget(composer);
}

function clicked(event) {
  const button = event.target.closest("button");
  const message = button?.closest(".message");
  if (!button) return;
  if ("cancel" in button.dataset) forget(composerOf(button));
  if (message && "reply" in button.dataset) begin(message, "reply_to");
  if (message && "edit" in button.dataset) begin(message, "edit", button.dataset.text);
}

function composerOf(element) {
  return element.closest(".phone").querySelector(".composer");
}

function begin(message, field, text) {
  const composer = composerOf(message);
  if (!composer) return;
  forget(composer);
  composer.elements[field].value = message.dataset.id;
  const who = message.querySelector(".name bdi").textContent;
  const words = field === "edit" ? composer.dataset.editing : composer.dataset.replying.replace("{name}", who);
  composer.querySelector(".about span").textContent = words;
  composer.querySelector(".about").hidden = false;
  if (text !== undefined) composer.elements.text.value = text;
  message.querySelector(".menu").open = false;
  grow(composer.elements.text);
  composer.elements.text.focus();
}

function forget(composer) {
  if (!composer) return;
  if (composer.elements.edit.value) composer.elements.text.value = "";
  composer.elements.reply_to.value = "";
  composer.elements.edit.value = "";
  composer.querySelector(".about").hidden = true;
}

function clear(composer) {
  forget(composer);
  composer.reset();
  composer.querySelector(".pictures").open = false;
  pictured(composer);
  grow(composer.elements.text);
}

function pictured(composer) {
  const chosen = composer.elements.picture.value || composer.elements.upload.value;
  composer.querySelector(".pictures").classList.toggle("chosen", Boolean(chosen));
}

function grow(textarea) {
  textarea.rows = Math.min(5, textarea.value.split("\n").length);
}
