// Add or edit a server, and ask its upstream who it is.

import { send, serverPath } from "./api.js";
import { showConflict } from "./conflict.js";
import { curlButton } from "./curl.js";
import { openDialog } from "./dialog.js";
import { button, h } from "./dom.js";
import { area, clearErrors, field, input, number, select, showErrors } from "./form.js";
import { ms } from "./format.js";
import { needs } from "./permissions.js";
import { changed } from "./server-actions.js";
import { endpointFields, readAuth, readEnv, lines, parts } from "./server-fields.js";
import { toast } from "./toast.js";

const TRANSPORTS = [["streamable_http", "Streamable HTTP"], ["sse", "HTTP+SSE (2024-11-05)"], ["stdio", "stdio (local command)"]];
const ERAS = [["auto", "Find out"], ["legacy", "Legacy (sessions)"], ["modern", "Modern (2026-07-28)"], ["dual", "Both"]];
const AUTHS = [["none", "None"], ["bearer", "Bearer token"], ["basic", "User and password"], ["headers", "Own headers"]];

export async function openServerForm(known) {
  let saved = null; // { id, etag } once there is something to change
  let server = known;
  if (known) {
    try {
      const answer = await send("GET", serverPath(known.id));
      server = answer.body;
      saved = { id: known.id, etag: answer.etag };
    } catch (problem) {
      toast(problem.message, "failed");
      return;
    }
  }
  const form = fields(server);
  const report = h("div", { class: "report", role: "status" });
  const save = h("button", { type: "submit", class: "primary" }, known ? "Save" : "Add server");
  const test = button("Test connection", () => run(testConnection));
  const conflict = h("div", { class: "conflict", hidden: true });
  form.append(report, conflict, h("p", { class: "problem", role: "alert" }));
  form.append(h("footer", {}, test, curlButton(() => request()), h("span", { class: "gap" }), button("Cancel", () => opened.close()), save));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(async () => {
      await store();
      opened.close();
      toast(known ? "Server saved" : "Server added");
    });
  });
  const opened = openDialog({ title: known ? `Edit ${known.name}` : "Add server", content: form, className: "wide" });

  function request() {
    const body = read(form, server);
    return saved ? ["PUT", serverPath(saved.id), body] : ["POST", "/servers", body];
  }

  async function store() {
    const answer = await send(...request(), saved?.etag);
    server = answer.body;
    saved = { id: answer.body.id, etag: answer.etag };
    save.textContent = "Save";
    changed(saved.id);
  }

  // The gateway asks registered servers only, so what is tested is saved first.
  async function testConnection() {
    await store();
    report.replaceChildren(h("p", {}, "Saved. Asking the server …"));
    const { body } = await send("POST", serverPath(saved.id, "/test"));
    report.replaceChildren(...describe(body));
    saved.etag = (await send("GET", serverPath(saved.id))).etag;
    changed(saved.id);
  }

  async function showTheirs() {
    const theirs = await send("GET", serverPath(saved.id));
    const before = server;
    server = theirs.body;
    saved.etag = theirs.etag;
    await showConflict(conflict, saved.id, settings(before), settings(server));
  }

  async function run(task) {
    save.disabled = test.disabled = true;
    clearErrors(form);
    try {
      await task();
    } catch (problem) {
      report.replaceChildren();
      if (problem.status === 412) {
        await showTheirs();
      } else {
        showErrors(form, problem);
      }
    }
    save.disabled = test.disabled = false;
  }
}

// What is observed, not set, is no conflict.
function settings({ status, updated_at, ...rest }) {
  return rest;
}

function describe(report) {
  if (!report.ok) {
    return [h("p", { class: "bad" }, "✕ Not reachable"), h("p", {}, report.error ?? "")];
  }
  const who = [report.server_info?.title ?? report.server_info?.name, report.server_info?.version].filter(Boolean).join(" ");
  return [
    h("p", { class: "good" }, `● Connected in ${ms(report.latency_ms)}`),
    h("p", { dir: "auto" }, [who, `speaks ${report.protocol_version}`, report.era].filter(Boolean).join(" · ")),
    h("p", { class: "quiet small" }, `Offers ${Object.keys(report.capabilities ?? {}).join(", ") || "nothing"}`),
  ];
}

function fields(server) {
  const transport = select("transport", TRANSPORTS, server?.transport ?? "streamable_http");
  const auth = select("auth", AUTHS, server?.auth.type ?? "none");
  const kept = server && server.auth.type !== "none" ? "Leave empty to keep what is stored." : "";
  const secret = (label, name, of, made = input(name, "", { type: "password", autocomplete: "new-password" }), hint = kept) => (
    h("div", { "data-auth": of }, field({ label, pointer: `/auth/${name}`, hint, input: made })));
  const remote = h("div", { "data-for": "remote" }, endpointFields(server?.endpoints ?? []),
    h("div", { class: "columns" },
      field({ label: "Credentials for the upstream", pointer: "/auth", hint: "Stored encrypted, never shown again.", input: auth }),
      secret("Token", "token", "bearer"), secret("User", "username", "basic", input("username")), secret("Password", "password", "basic"),
      secret("Headers", "headers", "headers", area("headers"), `One a line, as in X-Api-Key: secret. ${kept}`)));
  const local = h("div", { "data-for": "stdio" },
    field({ label: "Command", pointer: "/command", hint: "An absolute path, or a name on the gateway's PATH. No shell.", input: input("command", server?.command) }),
    h("div", { class: "columns" },
      field({ label: "Arguments", pointer: "/args", hint: "One a line.", input: area("args", server?.args.join("\n")) }),
      field({ label: "Environment", pointer: "/env", hint: "NAME=value, one a line. A name alone keeps its stored value.", input: area("env", Object.keys(server?.env ?? {}).join("\n")) })));
  needs("admin", transport.querySelector("[value=stdio]"));
  const form = h("form", { novalidate: true },
    h("div", { class: "columns" },
      field({ label: "Name", pointer: "/name", hint: "Unique, up to 255 characters.", input: input("name", server?.name, { dir: "auto", autofocus: true }) }),
      field({ label: "Transport", pointer: "/transport", input: transport })),
    remote, local,
    h("details", {}, h("summary", {}, "More"),
      field({ label: "Description", pointer: "/description", input: input("description", server?.description, { dir: "auto" }) }),
      h("div", { class: "columns" },
        field({ label: "Tags", pointer: "/tags", hint: "Separated by commas.", input: input("tags", server?.tags.join(", ")) }),
        field({ label: "Request timeout", pointer: "/request_timeout", unit: "seconds", input: number("request_timeout", server?.request_timeout ?? 300, 1, 86400) }),
        field({ label: "Era", pointer: "/era", hint: "Which revisions the server speaks.", input: select("era", ERAS, server?.era ?? "auto") }),
        field({ label: "Headers passed through", pointer: "/passthrough_headers", hint: "Names, separated by commas.", input: input("passthrough_headers", server?.passthrough_headers.join(", ")) })),
      h("div", { "data-for": "remote" }, field({ label: "CA certificate", pointer: "/ca_certificate", hint: "PEM, for a server of a private CA.", input: area("ca_certificate", server?.ca_certificate) }))));
  const show = () => {
    for (const part of form.querySelectorAll("[data-for]")) {
      part.hidden = (part.dataset.for === "stdio") !== (transport.value === "stdio");
    }
    for (const part of form.querySelectorAll("[data-auth]")) {
      part.hidden = part.dataset.auth !== auth.value;
    }
  };
  form.addEventListener("change", show);
  show();
  return form;
}

function read(form, server) {
  const value = Object.fromEntries(new FormData(form));
  const stdio = value.transport === "stdio";
  return {
    name: value.name,
    description: value.description || null,
    transport: value.transport,
    endpoints: stdio ? [] : [...form.querySelectorAll(".endpoint")]
      .map((one) => ({ url: one.querySelector("[name=url]").value.trim(), weight: Number(one.querySelector("[name=weight]").value) || 1 }))
      .filter((endpoint, index, all) => endpoint.url !== "" || all.length > 1),
    command: (stdio && value.command) || undefined,
    args: !stdio ? [] : server && value.args === server.args.join("\n") ? server.args : lines(value.args), // an argument may hold line breaks
    env: stdio ? readEnv(value.env) : {},
    auth: stdio ? { type: "none" } : readAuth(value),
    passthrough_headers: stdio ? [] : parts(value.passthrough_headers),
    ca_certificate: (!stdio && value.ca_certificate.trim()) || null,
    era: value.era,
    request_timeout: value.request_timeout === "" ? "" : Number(value.request_timeout),
    tags: parts(value.tags),
  };
}
