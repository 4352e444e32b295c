// A modern-only server (2026-07-28) on the official TypeScript SDK 2.x: no handshake, no sessions, input asked for in results.

import { randomBytes } from "node:crypto";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { CLIENT_CAPABILITIES_META_KEY, createMcpHandler, createRequestStateCodec, fromJsonSchema, inputRequired, McpServer, ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";
import * as fixtures from "./fixtures.mjs";
import { listen } from "./listen.mjs";

const sealed = createRequestStateCodec({ key: randomBytes(32) });

/** What lists may be kept for, so that the suite's caching scenario has something to look at. */
const shared = { ttlMs: 300_000, cacheScope: "public" };

/** Thrown by talk.ask when the request does not carry the answers yet; becomes the result. */
class InputNeeded {
  constructor(inputRequests, requestState) {
    Object.assign(this, { inputRequests, requestState });
  }
}

const isAnswer = (answer) => typeof answer === "object" && answer !== null;

function talkOf(ctx) {
  const { notify, log: logWhenAsked, _meta, envelope, inputResponses, requestState } = ctx.mcpReq;
  const progressToken = _meta?.progressToken;
  const log = (text) => logWhenAsked("info", text);
  log.asked = log;
  const known = { ...requestState()?.answers, ...inputResponses };
  return {
    log,
    progress: async (progress) =>
      progressToken === undefined ? undefined : notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } }),
    capabilities: envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? {},
    async ask(inputs, { sealed: keepsState = false } = {}) {
      const names = Object.keys(inputs);
      if (names.every((name) => isAnswer(known[name])) && (!keepsState || requestState() !== undefined)) return known;
      throw new InputNeeded(inputs, keepsState ? await sealed.mint({ answers: requestState() === undefined ? {} : known }) : undefined);
    },
    changed: async (what) => (what === "tools" ? handler.notify.toolsChanged() : handler.notify.promptsChanged()),
    cutStream() {},
  };
}

async function orInputNeeded(run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof InputNeeded) return inputRequired({ inputRequests: error.inputRequests, requestState: error.requestState });
    throw error;
  }
}

function createServer() {
  const mcp = new McpServer(fixtures.serverInfo, {
    capabilities: { ...fixtures.capabilities, logging: {} },
    requestState: { verify: sealed.verify },
    cacheHints: {
      "tools/list": shared,
      "prompts/list": shared,
      "resources/list": shared,
      "resources/templates/list": shared,
      "server/discover": shared,
      "resources/read": { ttlMs: 1_000, cacheScope: "private" },
    },
  });

  for (const [name, { inputSchema, run }] of fixtures.tools) {
    mcp.registerTool(name, { description: fixtures.describe(name), inputSchema: fromJsonSchema(inputSchema) }, (given, ctx) =>
      orInputNeeded(() => run(given, talkOf(ctx))),
    );
  }

  const { server } = mcp;
  server.setRequestHandler("prompts/list", () => ({ prompts: fixtures.listedPrompts }));
  server.setRequestHandler("resources/list", () => ({ resources: fixtures.listedResources }));
  server.setRequestHandler("resources/templates/list", () => ({ resourceTemplates: fixtures.listedTemplates }));
  server.setRequestHandler("completion/complete", () => ({ completion: { values: ["paris", "park"], total: 2, hasMore: false } }));

  server.setRequestHandler("resources/read", ({ params }) => {
    const contents = fixtures.readResource(params.uri);
    if (!contents) throw new ProtocolError(ProtocolErrorCode.InvalidParams, "Resource not found", { uri: params.uri });
    return { contents };
  });

  server.setRequestHandler("prompts/get", ({ params }, ctx) => {
    const prompt = fixtures.prompts.get(params.name);
    if (!prompt) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt ${params.name}`);
    return orInputNeeded(async () => ({ messages: await prompt.render(params.arguments ?? {}, talkOf(ctx)) }));
  });

  return mcp;
}

const handler = createMcpHandler(createServer, { legacy: "reject", onerror: (error) => console.error(error.message) });
const handle = toNodeHandler(handler);

listen((request, response) => handle(request, response));
