// Short notices at the bottom. The region is a popover, so that it lies above open dialogs.

import { h } from "./dom.js";

const SHOWN_MS = 6000;

const region = document.getElementById("toasts");

export function toast(message, kind = "done") {
  const note = h("p", { class: `toast ${kind}` }, message);
  if (region.matches(":popover-open")) {
    region.hidePopover();
  }
  region.showPopover(); // shown last, it is on top
  region.append(note);
  setTimeout(() => note.remove(), SHOWN_MS);
}
