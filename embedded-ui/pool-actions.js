// What an operator can do with a running pool.

import { get, serverPath } from "./api.js";
import { curlButton } from "./curl.js";
import { actionDialog, openDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { number } from "./form.js";
import { count, percent, words } from "./format.js";
import { learn, poolOf } from "./live.js";
import { may, needs } from "./permissions.js";
import { changed } from "./server-actions.js";
import { toast } from "./toast.js";

// In the order of the seed's dialog.
export function poolButtons(server) {
  const change = (label, ask, kind) => needs("servers.write", button(label, () => ask(server), kind));
  return [
    button("Optimize Strategy", () => openOptimize(server)),
    change("Drain Pool", askDrain), change("Resume", askResume), change("Resize Pool", askResize), change("Reset Pool", askReset, "danger"),
  ];
}

function askDrain(server) {
  actionDialog({
    title: "Drain Pool",
    about: ["Running requests end, new ones are answered 503, then every session is closed. Resume or reset brings the pool back."],
    fields: [{ label: "Wait at most", hint: "Seconds, 10 to 300.", pointer: "/timeout", input: number("timeout", 30, 10, 300) }],
    confirm: "Drain Pool",
    kind: "danger",
    request: ({ timeout }) => ["POST", serverPath(server.id, "/pool/drain"), { timeout: Number(timeout) }],
    done: (answer) => finish(server, `Draining; ${answer.active_sessions} active`),
  });
}

function askResume(server) {
  actionDialog({
    title: "Resume",
    about: ["The pool accepts requests again and opens its sessions."],
    confirm: "Resume",
    request: () => ["POST", serverPath(server.id, "/pool/resume")],
    done: (stats) => finish(server, "Pool resumed", stats),
  });
}

function askReset(server) {
  actionDialog({
    title: "Reset Pool",
    about: ["Every session is replaced by a new one; busy ones when their request ends. Clients bound to a session start anew."],
    confirm: "Reset Pool",
    kind: "danger",
    request: () => ["POST", serverPath(server.id, "/pool/reset")],
    done: (stats) => finish(server, "Pool reset", stats),
  });
}

function askResize(server) {
  const stats = poolOf(server.id)?.stats;
  actionDialog({
    title: "Resize Pool",
    about: [`Changes the target size${stats ? `, now ${stats.size}; at least ${stats.min_size}, at most ${stats.max_size}` : ""}.`],
    fields: [{ label: "Target Size", pointer: "/size /min_size /max_size", input: number("size", stats?.size ?? 5, 1, 1000) }],
    confirm: "Resize Pool",
    request: ({ size }) => ["POST", serverPath(server.id, `/pool/resize?size=${encodeURIComponent(size)}`)],
    done: (answer) => finish(server, "Pool resized", answer),
  });
}

// The advice, why, and the figures behind it; applying it is a second click.
async function openOptimize(server) {
  const path = serverPath(server.id, "/pool/optimize");
  let advice;
  try {
    advice = await get(path);
  } catch (problem) {
    toast(problem.message, "failed");
    return;
  }
  const same = advice.current_strategy === advice.recommended_strategy;
  const about = [
    h("p", { class: "lead" }, same ? `${words(advice.current_strategy)} fits.` : `${words(advice.current_strategy)} → ${words(advice.recommended_strategy)}`),
    h("p", {}, advice.reason),
    h("p", { class: "quiet small" }, `Confidence ${percent(advice.confidence)}, from ${count(advice.metrics.acquisitions)} acquisitions in the last hour; failure rate ${percent(advice.metrics.failure_rate)}.`),
  ];
  if (same || !may("servers.write")) {
    const { close } = openDialog({ title: "Optimize Strategy", className: "small", content: about, actions: [curlButton(() => ["GET", path]), h("span", { class: "gap" }), button("Close", () => close(), "primary")] });
    return;
  }
  actionDialog({
    title: "Optimize Strategy",
    about,
    confirm: `Use ${words(advice.recommended_strategy)}`,
    request: () => ["PUT", serverPath(server.id, "/pool/strategy"), { strategy: advice.recommended_strategy }],
    done: () => finish(server, "Strategy changed"),
  });
}

function finish(server, said, stats) {
  if (stats?.pool_id) {
    learn(stats);
  }
  toast(said);
  changed(server.id);
}
