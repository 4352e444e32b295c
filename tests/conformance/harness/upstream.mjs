// The upstreams, and which revisions each speaks itself.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { node, Unable } from "./install.mjs";
import { artifacts, repository } from "./paths.mjs";
import { startServer } from "./processes.mjs";

const legacy = "2025-11-25";
const modern = "2026-07-28";

const everything = join(artifacts, "node_modules", "@modelcontextprotocol", "server-everything", "dist", "index.js");
const loopback = pathToFileURL(join(repository, "tests", "node", "loopback.mjs")).href;

function built(project) {
  const candidates = ["Release", "Debug"].map((configuration) => join(repository, "tests", project, "bin", configuration, "net10.0", `${project}.dll`));
  const found = candidates.find(existsSync);
  if (!found) throw new Unable(`no C# upstream: dotnet build -c Release tests/${project}`);
  return found;
}

const upstreams = {
  legacy: { speaks: [legacy], command: () => [node, join(artifacts, "upstreams", "legacy.mjs")] },
  modern: { speaks: [modern], command: () => [node, join(artifacts, "upstreams", "modern.mjs")] },
  // Not made for the suite: most of what the suite asks for it does not have, and that must come through just so.
  everything: { speaks: [legacy], command: () => [node, "--import", loopback, everything, "streamableHttp"] },
  // One endpoint for both eras: sessions for clients that begin with initialize.
  csharp: { speaks: [legacy, modern], command: () => ["dotnet", built("EdgeGateway.ConformanceUpstream")] },
};

export const names = Object.keys(upstreams);

/** The upstream a revision's requirements are held against: the named one when it speaks the revision, else the one made for it. */
export function referenceFor(requirements, name) {
  return upstreams[name].speaks.includes(requirements) ? name : nativeOf(requirements);
}

export function nativeOf(requirements) {
  return requirements === modern ? "modern" : "legacy";
}

export const revisions = [legacy, modern];

/** Starts one on a free port of 127.0.0.1 and resolves with its URL. */
export async function startUpstream(name, signal) {
  const [program, ...args] = upstreams[name].command();
  const { url } = await startServer(program, args, /listening on (?:http:\/\/)?(127\.0\.0\.1:\d+)/, { signal, env: { ...process.env, PORT: "0" } });
  return `http://${url}/mcp`;
}
