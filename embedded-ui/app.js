// What is running, every few seconds while the page is looked at.

import { get, getAll, signIn, signOut, SignedOut } from "./api.js";
import { showHealth, showServers, showVersion } from "./render.js";

const REFRESH_MS = 5000;

const form = document.getElementById("sign-in");
const input = document.getElementById("token");
const status = document.getElementById("status");
const content = document.getElementById("content");
const leave = document.getElementById("sign-out");

let timer = 0;

function show(signedIn) {
  form.hidden = signedIn;
  content.hidden = !signedIn;
  leave.hidden = !signedIn;
  if (!signedIn) {
    input.focus();
  }
}

function end(message) {
  clearTimeout(timer);
  signOut();
  showVersion(null);
  show(false);
  status.textContent = message;
}

async function refresh() {
  clearTimeout(timer);
  try {
    const [version, servers, health] = await Promise.all([get("/version"), getAll("/servers"), get("/servers/pools/health")]);
    showVersion(version);
    showServers(servers, health.pools);
    showHealth(health);
    show(true);
    status.textContent = "";
  } catch (error) {
    if (error instanceof SignedOut) {
      end(error.message);
      return;
    }
    // What is shown stays, and is said to be old.
    status.textContent = `Not up to date: ${error.message}`;
  }
  if (!document.hidden) {
    timer = setTimeout(refresh, REFRESH_MS);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(input.value);
  input.value = "";
  status.textContent = "Signing in …";
  refresh();
});

leave.addEventListener("click", () => end("Signed out."));

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !content.hidden) {
    refresh();
  }
});
