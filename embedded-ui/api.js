// The gateway's REST interface with the token the user pasted. The token lives in this module's memory and nowhere else.

let token = "";

export class SignedOut extends Error {}

export function signIn(text) {
  token = text.trim();
}

export function signOut() {
  token = "";
}

export async function get(path) {
  const response = await fetch(path, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" });
  if (response.status === 401) {
    throw new SignedOut("The gateway does not accept this token. It may have expired.");
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(body.detail ?? `${path} answered ${response.status}`);
  }
  return body;
}

// Follows the pages of a list to its end.
export async function getAll(path) {
  const items = [];
  let next = null;
  do {
    const page = await get(next === null ? path : `${path}?after=${encodeURIComponent(next)}`);
    items.push(...page.items);
    next = page.next ?? null;
  } while (next !== null);
  return items;
}
