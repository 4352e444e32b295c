// The gateway's REST interface, called with the session cookie. A refusal is a Problem (RFC 9457).

export class Problem extends Error {
  constructor(status, body, path) {
    super(body?.detail ?? body?.title ?? `${path} answered ${status}`);
    this.status = status;
    this.remedy = body?.remedy ?? "";
    this.errors = body?.errors ?? [];
  }
}

let signInAgain = () => Promise.reject(new Problem(401, null, "/admin/session"));

// What to do on 401: `ask` returns a promise that is kept when the user has signed in.
export function onSignedOut(ask) {
  signInAgain = ask;
}

// A call that meets 401 waits for the sign-in and is sent again: what the user was doing goes on.
export async function send(method, path, body, etag) {
  const response = await call(method, path, body, etag);
  if (response.status === 401 && path !== "/admin/session") {
    await signInAgain();
    return send(method, path, body, etag);
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new Problem(response.status, answer, path);
  }
  return { body: answer, etag: response.headers.get("ETag") };
}

export async function get(path) {
  return (await send("GET", path)).body;
}

// A list page by page: the first is small, so that there is soon something to show.
export async function* pagesOf(path) {
  let next = null;
  let limit = 100;
  do {
    const page = await get(`${path}?limit=${limit}${next === null ? "" : `&after=${encodeURIComponent(next)}`}`);
    yield page.items;
    next = page.next ?? null;
    limit = 500;
  } while (next !== null);
}

export async function getAll(path) {
  return (await Array.fromAsync(pagesOf(path))).flat();
}

export function serverPath(id, rest = "") {
  return `/servers/${encodeURIComponent(id)}${rest}`;
}

async function call(method, path, body, etag) {
  const headers = {};
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  if (etag) {
    headers["If-Match"] = etag;
  }
  try {
    return await fetch(path, { method, headers, cache: "no-store", body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(0, { detail: "The gateway cannot be reached.", remedy: "Check that it runs, then try again." }, path);
  }
}
