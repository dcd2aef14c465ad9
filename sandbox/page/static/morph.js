// The only place that changes what is shown into what the server painted, touching only what differs:
// so focus, scrolling, half-typed words and open menus stay where they were.

export function morph(now, next) {
  if (now.isEqualNode(next)) return;
  if (now.nodeType === Node.TEXT_NODE) {
    now.data = next.data;
    return;
  }
  matchAttributes(now, next);
  // The person, not the server, decides what stands in these.
  if (!now.hasAttribute("data-keep")) matchChildren(now, next);
  if (now.tagName === "SELECT" && now !== document.activeElement) now.value = next.value;
}

function matchAttributes(now, next) {
  const kept = now.hasAttribute("data-keep");
  for (const { name, value } of [...next.attributes]) {
    if (now.getAttribute(name) !== value && !(kept && name === "hidden")) now.setAttribute(name, value);
  }
  for (const { name } of [...now.attributes]) {
    const ours = name === "open" || name === "hidden" || name.startsWith("data-tab") || name === "role" || name === "aria-labelledby";
    if (!next.hasAttribute(name) && !ours) now.removeAttribute(name);
  }
}

function matchChildren(parent, next) {
  const wanted = new Set([...next.children].map((child) => child.id).filter(Boolean));
  for (const child of [...parent.children]) {
    if (child.id && !wanted.has(child.id)) child.remove();
  }
  let at = parent.firstChild;
  for (const fresh of [...next.childNodes]) {
    const twin = twinOf(fresh, at, parent);
    if (!twin) {
      parent.insertBefore(document.importNode(fresh, true), at);
    } else {
      if (twin === at) at = at.nextSibling;
      else parent.insertBefore(twin, at);
      morph(twin, fresh);
    }
  }
  while (at) {
    const surplus = at;
    at = at.nextSibling;
    surplus.remove();
  }
}

function twinOf(fresh, at, parent) {
  if (fresh.id) return [...parent.children].find((child) => child.id === fresh.id && child.tagName === fresh.tagName);
  for (let node = at; node; node = node.nextSibling) {
    if (node.id) return null;
    if (node.nodeName === fresh.nodeName) return node === at || onlyText(at, node) ? node : null;
  }
  return null;
}

// Blank text between two elements must not make the element after it look new.
function onlyText(from, to) {
  for (let node = from; node !== to; node = node.nextSibling) {
    if (node.nodeType !== Node.TEXT_NODE || node.data.trim()) return false;
  }
  return true;
}
