// The only place for what opens and closes: a message's menu by ⋯, long press or right button; any of them by Escape.

const LONG = 500; // milliseconds

export function watchMenus() {
  let pressing;
  document.addEventListener("pointerdown", (event) => {
    closeOthers(event.target.closest("details"));
    const message = event.target.closest(".message .bubble");
    if (message && event.pointerType === "touch") pressing = setTimeout(() => open(message), LONG);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"]) {
    document.addEventListener(end, () => clearTimeout(pressing));
  }
  document.addEventListener("contextmenu", (event) => {
    const message = event.target.closest(".message .bubble");
    if (!message || window.getSelection().toString()) return;
    event.preventDefault();
    open(message);
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}

function open(bubble) {
  const menu = bubble.querySelector(".menu");
  closeOthers(menu);
  menu.open = true;
  menu.querySelector("button").focus();
}

function closeOthers(kept) {
  for (const menu of document.querySelectorAll(".phone details[open]")) {
    if (menu !== kept) menu.open = false;
  }
}
