// The only place for the line that says that something between page and server went wrong.
const line = () => document.getElementById("trouble");

export function showTrouble(text) {
  line().textContent = text;
  line().hidden = false;
}

export function hideTrouble() {
  line().hidden = true;
}
