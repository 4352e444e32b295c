// Builds elements. Strings become text nodes, so nothing that a server says can become markup.

export function h(name, props = {}, ...children) {
  return fill(document.createElement(name), props, children);
}

export function svg(name, props = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), props, children);
}

// Writes only what differs: an untouched node costs no layout.
export function text(node, value) {
  const wanted = String(value);
  if (node.textContent !== wanted) {
    node.textContent = wanted;
  }
}

export function button(label, onclick, className = "") {
  return h("button", { type: "button", class: className, onclick }, label);
}

let last = 0;

export function newId() {
  last += 1;
  return `e${last}`;
}

function fill(node, props, children) {
  for (const [key, value] of Object.entries(props)) {
    set(node, key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, key, value) {
  if (value === null || value === undefined) {
    return;
  }
  if (typeof value === "function") {
    node.addEventListener(key.slice("on".length), value);
  } else if (typeof value === "boolean" || key === "value") {
    node[key] = value;
  } else {
    node.setAttribute(key, value);
  }
}
