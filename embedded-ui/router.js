// Which screen is shown is in the address (#/pools/ID), so that reload, back and bookmarks work.

import { button, h } from "./dom.js";
import { LINK } from "./session.js";

const main = document.getElementById("main");

let scope = new AbortController();
let routes = [];

// `screens`: [[RegExp, title, show]]; show(root, signal, ...groups) may be async, and throws what it cannot do.
export function startRouter(screens) {
  routes = screens;
  addEventListener("hashchange", moved);
  render(false);
}

function moved() {
  if (location.hash.startsWith(LINK)) {
    return; // the page is about to be loaded anew
  }
  for (const dialog of document.querySelectorAll("dialog[open]:not(.sign-in)")) {
    dialog.close(); // it belongs to the screen that is left
  }
  render(true);
}

// Shows the screen anew, as it would be after a reload.
export function reload() {
  return render(false);
}

export function go(hash) {
  location.hash = hash;
}

async function render(focus) {
  const [pattern, title, show] = routes.find(([known]) => known.test(location.hash)) ?? routes[0];
  scope.abort();
  scope = new AbortController();
  const { signal } = scope;
  markCurrent(title);
  const root = h("div", { class: "screen" });
  main.replaceChildren(root);
  try {
    await show(root, signal, ...(pattern.exec(location.hash) ?? []).slice(1).map(decodeURIComponent));
  } catch (problem) {
    if (!signal.aborted) {
      showProblem(root, problem);
    }
  }
  if (focus && !signal.aborted) {
    main.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}

function showProblem(root, problem) {
  root.append(h("div", { class: "card problem-card", role: "alert" },
    h("p", {}, problem.message),
    problem.remedy && h("p", { class: "quiet" }, problem.remedy),
    button("Try again", () => render(true))));
}

function markCurrent(title) {
  document.title = `${title} · Edge Gateway`;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.textContent === title || (title === "Pool" && link.textContent === "Pool Health")) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
}
