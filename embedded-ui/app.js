// Wires the page: sign-in, then live data, then the screen that the address names.

import { showActivity } from "./activity.js";
import { Problem } from "./api.js";
import { live, start } from "./live.js";
import { showPoolDetail } from "./pool-detail.js";
import { showPoolHealth } from "./pool-health.js";
import { reload, startRouter } from "./router.js";
import { showServers } from "./servers.js";
import { signIn } from "./session.js";
import { showSettings } from "./settings.js";
import { toast } from "./toast.js";
import { showTokens } from "./tokens.js";

// "/" goes to the screen's search, as in many other tools.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, dialog");
  const search = document.querySelector("main input[type=search]");
  if (event.key === "/" && !typing && search) {
    event.preventDefault();
    search.focus();
  }
});

// What fails and has no place of its own to say so.
addEventListener("unhandledrejection", (event) => {
  if (event.reason instanceof Problem) {
    event.preventDefault();
    toast(event.reason.message, "failed");
  }
});

// The address belongs to the router.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});

await signIn();
start();
live.addEventListener("reconnected", reload);
addEventListener("permissions-changed", reload);
startRouter([
  [/^#\/servers$/, "Servers", showServers],
  [/^#\/pools$/, "Pool Health", showPoolHealth],
  [/^#\/pools\/([^/]+)$/, "Pool", showPoolDetail],
  [/^#\/activity$/, "Activity", showActivity],
  [/^#\/tokens$/, "Tokens", showTokens],
  [/^#\/settings$/, "Settings", showSettings],
]);
