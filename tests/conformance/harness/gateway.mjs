import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Unable } from "./install.mjs";
import { artifacts, repository } from "./paths.mjs";
import { startServer } from "./processes.mjs";

/** EDGE_GATEWAY_BINARY, else what `dotnet publish` left in artifacts, else the release build. */
function findBinary() {
  const candidates = process.env.EDGE_GATEWAY_BINARY
    ? [process.env.EDGE_GATEWAY_BINARY]
    : ["artifacts/publish/linux-x64/edge-gateway", "src/EdgeGateway/bin/Release/net10.0/edge-gateway"].map((path) => join(repository, path));
  const found = candidates.find(existsSync);
  if (!found) throw new Unable("no gateway: dotnet publish src/EdgeGateway -c Release -r linux-x64 -o artifacts/publish/linux-x64 (or set EDGE_GATEWAY_BINARY)");
  return found;
}

/** A gateway of its own on a free loopback port, with a fresh data folder and open to every caller. */
export async function startGateway(signal) {
  const folder = join(artifacts, "gateway");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    EDGE_GATEWAY_DATA: join(folder, "data"),
    AUTH_REQUIRED: "false",
    SESSION_POOL_ENABLED: "true",
    DRAIN_TIMEOUT: "1",
  };
  const options = { signal, cwd: folder, env, log: join(folder, "log.txt") };
  const { url } = await startServer(findBinary(), ["--port", "0"], /listens on (http:\/\/[^\s,]+)/, options);

  async function send(method, path, body) {
    const response = await fetch(new URL(path, url), { method, signal, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }

  return {
    url,

    /** Registers an upstream's endpoints with the pool switched on; resolves with its MCP endpoint once the pool has warmed up. */
    async register(upstreams, strategy) {
      const endpoints = upstreams.map((url, index) => ({ url, weight: index + 1 }));
      const { id } = await send("POST", "/servers", { name: `conformance ${strategy}`, endpoints });
      await send("PUT", `/servers/${id}/pool/config`, { enabled: true, strategy, isolation: "auto" });
      while ((await send("GET", `/servers/${id}/pool/stats`)).status === "warming") await sleep(100, undefined, { signal });
      return new URL(`/servers/${id}/mcp`, url).href;
    },
  };
}
