// Installs what the lock pins and prints the Node that runs it, for tests that start its programs themselves.
// Exit codes as run.mjs: 0; 3 this machine cannot run it, and why.

import { install, node, Unable } from "./harness/install.mjs";

/** A slow line. */
const limit = AbortSignal.timeout(300_000);

try {
  await install(limit);
  console.log(node);
} catch (error) {
  console.error(error instanceof Unable ? `cannot run: ${error.message}` : (error.stack ?? error));
  process.exitCode = error instanceof Unable ? 3 : 1;
}
