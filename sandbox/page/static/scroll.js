// The only place that decides whether a conversation scrolls: it follows new words unless somebody reads old ones.

const NEAR = 60; // pixels from the end that still count as the end
const following = new WeakMap();
const sizes = new ResizeObserver((entries) => entries.forEach((entry) => settle(entry.target)));

export function followTalk() {
  watch(document);
  document.addEventListener("changed", (event) => watch(event.target));
  document.addEventListener("scroll", ({ target }) => {
    if (target.matches?.(".talk")) following.set(target, atEnd(target));
  }, true);
}

// A new conversation starts at its end; a pop-up or an answer being written makes it shorter.
function watch(place) {
  for (const talk of place.querySelectorAll(".talk")) {
    sizes.observe(talk);
    settle(talk);
  }
}

function settle(talk) {
  if (following.get(talk) ?? true) toEnd(talk);
}

function atEnd(talk) {
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < NEAR;
}

export function toEnd(talk) {
  talk.scrollTop = talk.scrollHeight;
}
