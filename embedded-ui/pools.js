// The pool's configuration: 🔄 Pool Configuration.

import { get, send, serverPath } from "./api.js";
import { showConflict } from "./conflict.js";
import { curlButton } from "./curl.js";
import { openDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { checkbox, clearErrors, field, input, number, select, showErrors } from "./form.js";
import { learn, poolOf } from "./live.js";
import { needs } from "./permissions.js";
import { effects } from "./pool-effects.js";
import { changed } from "./server-actions.js";
import { toast } from "./toast.js";

// What the guide recommends: filled in when pooling is switched on, where nobody has set anything else.
const RECOMMENDED = { min_size: 2, max_size: 10, size: 5, max_idle_time: 300, max_lifetime: 3600, auto_scale: true, health_check_threshold: 70 };

// The order and the ranges of the API's table of fields.
const NUMBERS = {
  min_size: ["Min Size", 1, 1000, "The least auto-scaling goes down to."],
  max_size: ["Max Size", 1, 1000, "The most that demand may open."],
  size: ["Target Size", 1, 1000, "Kept open while nothing else is asked."],
  timeout: ["Acquisition Timeout", 1, 300, "How long a request waits for a session.", "seconds"],
  max_idle_time: ["Idle Timeout", 60, 86400, "Then an idle session above the target is closed.", "seconds"],
  max_lifetime: ["Max Lifetime", 60, 86400, "Then a session is replaced, never during a call.", "seconds"],
  health_check_threshold: ["Health Check Threshold (%)", 1, 100, "Below this share of successes a session is taken out."],
  max_client_sessions: ["Client sessions at most", 1, 100000, "This many stateful clients at once."],
  client_session_idle: ["Client session idle timeout", 60, 604800, "Without a request or stream a client's session ends.", "seconds"],
  health_check_interval: ["Health check interval", 10, 3600, "Idle sessions are probed this often.", "seconds"],
  rebalance_interval: ["Rebalance interval", 60, 3600, "Sessions are spread over the endpoints anew.", "seconds"],
  max_concurrency: ["Max concurrency", 1, 32, "Requests at once on one shared session."],
  max_pending: ["Queue length", 0, 100000, "Requests that may wait; 0 means 4 × max size × concurrency."],
};

const SHARING = {
  auto: ["Automatic", "Where the server keeps state, every client gets a session of its own; where it keeps none, sessions are shared. The safe choice."],
  session: ["One session per client", "Every client session has an upstream session of its own, closed with it. Nothing is reused; safest and dearest."],
  user: ["Reused by the same user", "A session that one user has left may serve the same user again, never another. What a client left behind in it, that user's next client can see."],
  shared: ["Shared by everybody", "Any request may run on any session. Only for servers that keep nothing per session: what one client leaves behind, another can see."],
};

const STRATEGIES = [["round_robin", "Round Robin"], ["least_connections", "Least Connections"], ["sticky", "Sticky Sessions"], ["weighted", "Weighted"], ["none", "None (Direct)"]];

export async function openPoolConfig(server) {
  try {
    const path = serverPath(server.id, "/pool/config");
    const [config, strategies, off] = await Promise.all([send("GET", path), get("/servers/pools/strategies"), switchedOffGlobally(server.id)]);
    openForm(server, path, config, strategies.strategies, off);
  } catch (problem) {
    toast(problem.message, "failed");
  }
}

// The global kill switch shows only in what the statistics answer.
async function switchedOffGlobally(id) {
  if (poolOf(id)) {
    return null;
  }
  try {
    learn(await get(serverPath(id, "/pool/stats")));
  } catch (problem) {
    if (problem.status === 404) {
      return problem;
    }
  }
  return null;
}

function openForm(server, path, answer, strategies, off) {
  let { body: loaded, etag } = answer;
  const form = fields(loaded, strategies, off);
  const will = h("div", { class: "will", "aria-live": "polite" });
  const conflict = h("div", { class: "conflict", hidden: true });
  const save = needs("servers.write", h("button", { type: "submit", class: "primary" }, "Save Configuration"));
  form.append(will, conflict, h("p", { class: "problem", role: "alert" }),
    h("footer", {}, curlButton(() => ["PUT", path, read(form, loaded)]), h("span", { class: "gap" }), button("Cancel", () => opened.close()), save));
  const opened = openDialog({ title: "🔄 Pool Configuration", content: form, className: "wide" });
  form.prepend(h("p", { class: "quiet", dir: "auto" }, server.name));

  form.addEventListener("input", () => showEffects());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    clearErrors(form);
    try {
      await send("PUT", path, read(form, loaded), etag);
      opened.close();
      toast("Pool configuration saved successfully");
      changed(server.id);
    } catch (problem) {
      if (problem.status === 412) {
        await showTheirs();
      } else {
        showErrors(form, problem);
      }
    }
    save.disabled = false;
  });
  showEffects();

  function showEffects() {
    const said = effects(loaded, read(form, loaded), poolOf(server.id)?.stats);
    will.hidden = said.length === 0;
    will.replaceChildren(h("h3", {}, "What will change"), h("ul", {}, said.map((line) => h("li", {}, line))));
  }

  async function showTheirs() {
    const theirs = await send("GET", path);
    const before = loaded;
    ({ body: loaded, etag } = theirs);
    showEffects();
    await showConflict(conflict, server.id, settings(before), settings(loaded), button("Take theirs", () => {
      opened.close();
      openForm(server, path, theirs, strategies, off);
    }));
  }
}

function fields(config, strategies, off) {
  const numeric = (name) => {
    const [label, min, max, hint, unit] = NUMBERS[name];
    return field({ label, hint, unit, pointer: `/${name}`, input: number(name, config[name], min, max) });
  };
  const use = new Map(strategies.map((strategy) => [strategy.name, `${strategy.use_case}. ${strategy.description}`]));
  const strategy = field({ label: "Pool Strategy", pointer: "/strategy", input: select("strategy", STRATEGIES, config.strategy) });
  const sharing = field({ label: "Session sharing", pointer: "/isolation", input: select("isolation", Object.entries(SHARING).map(([value, [label]]) => [value, label]), config.isolation) });
  const enabled = h("input", { type: "checkbox", role: "switch", name: "enabled", checked: config.enabled, id: "pool-enabled", autofocus: true });
  const settings = h("div", { class: "settings" },
    h("div", { class: "columns" }, strategy, sharing),
    h("fieldset", {}, h("legend", {}, "Pool Sizes"), h("div", { class: "columns three" }, ["min_size", "max_size", "size"].map(numeric))),
    h("fieldset", {}, h("legend", {}, "Timeouts"), h("div", { class: "columns three" }, ["timeout", "max_idle_time", "max_lifetime"].map(numeric))),
    h("div", { class: "columns" }, checkbox("auto_scale", "Enable Auto-scaling", config.auto_scale, "The number of sessions follows demand between Min Size and Max Size."), numeric("health_check_threshold")),
    h("details", {}, h("summary", {}, "Advanced"), h("div", { class: "columns" },
      ["max_client_sessions", "client_session_idle", "health_check_interval", "rebalance_interval", "max_concurrency", "max_pending"].map(numeric),
      field({ label: "Sticky header", pointer: "/sticky_header", hint: "Whose value is the key for callers without a session.", input: input("sticky_header", config.sticky_header) }))));
  const form = h("form", { novalidate: true, class: "pool-config" },
    off && h("p", { class: "note" }, `${off.message}. ${off.remedy}`),
    h("div", { class: "toggle" }, h("label", { for: "pool-enabled" }, "Enable Session Pooling"), enabled),
    settings);
  const show = () => {
    settings.hidden = !enabled.checked;
    strategy.querySelector(".hint").textContent = use.get(form.elements.strategy.value) ?? "";
    sharing.querySelector(".hint").textContent = SHARING[form.elements.isolation.value][1];
  };
  enabled.addEventListener("change", () => enabled.checked && recommend(form, config));
  form.addEventListener("input", show);
  show();
  return form;
}

// Values that somebody set, here or for all servers, stand.
function recommend(form, config) {
  for (const [name, value] of Object.entries(RECOMMENDED)) {
    if (config.sources[name] === "default" || (name === "max_idle_time" && config.sources[name] !== "server")) {
      form.elements[name][typeof value === "boolean" ? "checked" : "value"] = value;
    }
  }
  form.dispatchEvent(new Event("input"));
}

// What is seen is what is saved. While pooling is off nothing is seen: then only what had been set is kept.
function read(form, loaded) {
  const from = form.elements;
  const body = { enabled: from.enabled.checked };
  const put = (name, value) => {
    if (body.enabled || loaded.sources[name] === "server") {
      body[name] = value;
    }
  };
  put("strategy", from.strategy.value);
  put("isolation", from.isolation.value);
  put("auto_scale", from.auto_scale.checked);
  for (const name of Object.keys(NUMBERS)) {
    put(name, from[name].value === "" ? "" : Number(from[name].value));
  }
  if (from.sticky_header.value.trim() !== "") {
    put("sticky_header", from.sticky_header.value.trim());
  }
  return body;
}

function settings(config) {
  const { pool_id, status, created_at, updated_at, sources, ...rest } = config;
  return rest;
}
