// What happened in a pool and why, newest first. The pool keeps 256 events, and so does the list.

import { h } from "./dom.js";
import { timeOf, words } from "./format.js";

const KEPT = 256;

export function eventList() {
  const list = h("ol", { class: "events", tabindex: "0", "aria-label": "Events, newest first" });
  let last = 0;
  const add = (event) => {
    if (event.seq <= last) {
      return; // the stream may repeat what was just read
    }
    last = event.seq;
    list.prepend(h("li", {},
      h("time", { datetime: event.at }, timeOf(event.at)), h("b", {}, words(event.kind)),
      h("span", {}, event.reason, event.session && h("code", {}, event.session))));
    if (list.children.length > KEPT) {
      list.lastChild.remove();
    }
  };
  return { node: list, add, set: (events) => events.forEach(add) };
}
