// The fields of the server form that are more than one input, and how their text becomes the API's values.

import { button, h } from "./dom.js";
import { field, input, number } from "./form.js";

// A URL, or several with weights for the weighted strategy.
export function endpointFields(endpoints) {
  const list = h("div", {});
  const add = (endpoint, focus) => {
    const one = endpointField(endpoint, () => {
      one.remove();
      renumber();
    });
    list.append(one);
    renumber();
    if (focus) {
      one.querySelector("input").focus();
    }
  };
  const renumber = () => [...list.children].forEach((one, index) => {
    one.querySelector("[name=url]").closest(".field").dataset.pointer = `${index === 0 ? "/url " : ""}/endpoints/${index}/url`;
    one.querySelector("[name=weight]").closest(".field").dataset.pointer = `/endpoints/${index}`;
    one.classList.toggle("only", list.children.length === 1);
  });
  (endpoints.length > 0 ? endpoints : [{ url: "", weight: 1 }]).forEach((endpoint) => add(endpoint));
  return h("div", { class: "endpoints" }, list, button("Add endpoint", () => add({ url: "", weight: 1 }, true), "quiet"));
}

function endpointField(endpoint, remove) {
  const removing = button("Remove", remove, "quiet");
  return h("div", { class: "endpoint" },
    field({ label: "URL", input: input("url", endpoint.url, { type: "url", placeholder: "http://127.0.0.1:3001/mcp" }) }),
    field({ label: "Weight", input: number("weight", endpoint.weight, 1, 10000) }),
    removing);
}

export function lines(text) {
  return text.split("\n").map((line) => line.trimEnd()).filter((line) => line !== "");
}

export function parts(text) {
  return text.split(",").map((part) => part.trim()).filter((part) => part !== "");
}

// NAME=value; a name alone sends null, which keeps what is stored.
export function readEnv(text) {
  return Object.fromEntries(lines(text).map((line) => {
    const at = line.indexOf("=");
    return at < 0 ? [line.trim(), null] : [line.slice(0, at).trim(), line.slice(at + 1)];
  }));
}

// Empty secrets are left out: the stored type without them keeps them.
export function readAuth(value) {
  const auth = { type: value.auth };
  if (value.auth === "bearer" && value.token) {
    auth.token = value.token;
  }
  if (value.auth === "basic" && (value.username || value.password)) {
    auth.username = value.username;
    auth.password = value.password;
  }
  if (value.auth === "headers" && value.headers.trim()) {
    auth.headers = Object.fromEntries(lines(value.headers).map((line) => {
      const at = line.indexOf(":");
      return at < 0 ? [line.trim(), ""] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }));
  }
  return auth;
}
