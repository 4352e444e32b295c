// The processes of a run. Each is ended, by its id, at the end of the run at the latest.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";

const running = new Set();

/** How long a process may take to end by itself once asked. */
const grace = 5_000;

function start(program, args, options) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
  running.add(child);
  child.once("close", () => running.delete(child));
  return child;
}

/** Runs a program to its end; killed when the signal fires or `limit` milliseconds have passed. */
export async function runToEnd(program, args, { signal, limit, ...options } = {}) {
  const child = start(program, args, options);
  const kill = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", kill, { once: true });
  const late = limit && setTimeout(kill, limit);
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  try {
    const [code] = await once(child, "close");
    return { code, output };
  } catch (error) {
    return { code: -1, output: `${program}: ${error.message}` };
  } finally {
    signal?.removeEventListener("abort", kill);
    clearTimeout(late);
  }
}

/**
 * Starts a server and resolves with what `pattern` finds in one of its lines; rejects with its output when it ends before. All it
 * says goes to the file `log`, if named.
 */
export async function startServer(program, args, pattern, { signal, log, ...options } = {}) {
  const child = start(program, args, options);
  const file = log && createWriteStream(log);
  const said = [];
  const found = new Promise((resolve, reject) => {
    const read = (line) => {
      said.push(line);
      file?.write(`${line}\n`);
      const match = pattern.exec(line);
      if (match) resolve(match[1]);
    };
    createInterface(child.stdout).on("line", read);
    createInterface(child.stderr).on("line", read);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`${program} ended with ${code}:\n${said.join("\n")}`)));
    signal?.addEventListener("abort", () => reject(new Error(`${program} took too long:\n${said.join("\n")}`)), { once: true });
  });
  return { url: await found };
}

export async function endAll() {
  await Promise.all(
    [...running].map(async (child) => {
      const ended = once(child, "close");
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), grace);
      await ended.catch(() => {});
      clearTimeout(late);
    }),
  );
}
