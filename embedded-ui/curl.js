// Each action as the curl call that does the same.

import { button, h } from "./dom.js";
import { toast } from "./toast.js";

export function curlOf(method, path, body) {
  const parts = [`curl${method === "GET" ? "" : ` -X ${method}`} ${quote(location.origin + path)}`, `-H "Authorization: Bearer $TOKEN"`];
  if (body !== undefined) {
    parts.push(`-H "Content-Type: application/json"`, `-d ${quote(JSON.stringify(body))}`);
  }
  return parts.join(" \\\n  ");
}

// `request()` gives [method, path, body] at the moment of the click.
export function curlButton(request) {
  return button("Copy as curl", () => copy(curlOf(...request()), "Copied as curl"), "quiet");
}

// The clipboard needs a secure context; over plain HTTP from another host the text is shown, selected, instead.
export async function copy(what, said) {
  try {
    await navigator.clipboard.writeText(what);
    toast(said);
  } catch {
    const shown = h("textarea", { readonly: "", rows: 6, value: what, "aria-label": "Text to copy" });
    const { openDialog } = await import("./dialog.js");
    openDialog({ title: "Copy this", content: shown, className: "small" });
    shown.select();
  }
}

function quote(value) {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
