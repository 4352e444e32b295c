// The official TypeScript SDK's clients as one kind of thing: version 2, which speaks either era, and version 1, which knows legacy only.

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const info = { name: "typescript-sdk", version: "1.0.0" };

/** What a client can do that can answer forms, and fills in what the person left empty. */
const capabilities = { elicitation: { form: { applyDefaults: true } } };

/** Never the other era instead: a client that falls back would hide that the gateway did not speak its own. */
const modes = { legacy: "legacy", modern: { pin: "2026-07-28" } };

/** Connects; `answer` gets the params of a question and returns what the person says to it. */
export async function connect(url, { sdk, era, token, answer }) {
  const options = { requestInit: { headers: token ? { authorization: `Bearer ${token}` } : {} } };
  const client =
    sdk === "1" ? new Client1(info, { capabilities }) : new Client(info, { capabilities, versionNegotiation: { mode: modes[era] } });
  client.setRequestHandler(sdk === "1" ? ElicitRequestSchema : "elicitation/create", ({ params }) => answer(params));
  await client.connect(sdk === "1" ? new Transport1(new URL(url), options) : new StreamableHTTPClientTransport(new URL(url), options));
  return client;
}
