import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** tests/conformance. */
export const here = dirname(dirname(fileURLToPath(import.meta.url)));

export const repository = dirname(dirname(here));

/** Where everything installed and written goes. */
export const artifacts = join(repository, "artifacts", "conformance");
