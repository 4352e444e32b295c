// A legacy-only, stateful server on the official TypeScript SDK 1.x: handshake, session ids, requests of its own on the
// response's stream, replay of cut streams.

import { randomUUID } from "node:crypto";
import { InMemoryEventStore } from "@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";
import * as fixtures from "./fixtures.mjs";
import { listen } from "./listen.mjs";

/** Session id → { server, transport }. */
const sessions = new Map();

const capabilityOf = { "elicitation/create": "elicitation", "sampling/createMessage": "sampling", "roots/list": "roots" };

function talkOf(server, request, extra) {
  const log = (data) => extra.sendNotification({ method: "notifications/message", params: { level: "info", data } });
  log.asked = log;
  const progressToken = extra._meta?.progressToken;
  return {
    log,
    progress: async (progress) =>
      progressToken === undefined
        ? undefined
        : extra.sendNotification({ method: "notifications/progress", params: { progressToken, progress, total: 100 } }),
    capabilities: server.getClientCapabilities() ?? {},
    async ask(inputs) {
      const missing = Object.values(inputs).find(({ method }) => !server.getClientCapabilities()?.[capabilityOf[method]]);
      if (missing) throw new Error(`The client does not support ${capabilityOf[missing.method]}`);
      const answers = await Promise.all(
        Object.entries(inputs).map(async ([name, input]) => [name, await extra.sendRequest(input, types.ResultSchema)]),
      );
      return Object.fromEntries(answers);
    },
    async changed(what) {
      for (const session of sessions.values()) {
        await (what === "tools" ? session.server.sendToolListChanged() : session.server.sendPromptListChanged());
      }
    },
    cutStream: () => extra.closeSSEStream?.(),
  };
}

function createSession() {
  const server = new Server(fixtures.serverInfo, { capabilities: { ...fixtures.capabilities, logging: {} } });

  server.setRequestHandler(types.ListToolsRequestSchema, () => ({ tools: fixtures.listedTools }));
  server.setRequestHandler(types.ListPromptsRequestSchema, () => ({ prompts: fixtures.listedPrompts }));
  server.setRequestHandler(types.ListResourcesRequestSchema, () => ({ resources: fixtures.listedResources }));
  server.setRequestHandler(types.ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: fixtures.listedTemplates }));
  server.setRequestHandler(types.CompleteRequestSchema, () => ({ completion: { values: ["paris", "park"], total: 2, hasMore: false } }));
  server.setRequestHandler(types.SetLevelRequestSchema, () => ({}));
  server.setRequestHandler(types.SubscribeRequestSchema, () => ({}));
  server.setRequestHandler(types.UnsubscribeRequestSchema, () => ({}));

  server.setRequestHandler(types.ReadResourceRequestSchema, ({ params }) => {
    const contents = fixtures.readResource(params.uri);
    if (!contents) throw new types.McpError(-32002, "Resource not found", { uri: params.uri });
    return { contents };
  });

  server.setRequestHandler(types.GetPromptRequestSchema, async (request, extra) => {
    const prompt = fixtures.prompts.get(request.params.name);
    if (!prompt) throw new types.McpError(types.ErrorCode.InvalidParams, `Unknown prompt ${request.params.name}`);
    return { messages: await prompt.render(request.params.arguments ?? {}, talkOf(server, request, extra)) };
  });

  server.setRequestHandler(types.CallToolRequestSchema, async (request, extra) => {
    const tool = fixtures.tools.get(request.params.name);
    if (!tool) throw new types.McpError(types.ErrorCode.InvalidParams, `Unknown tool ${request.params.name}`);
    try {
      return await tool.run(request.params.arguments ?? {}, talkOf(server, request, extra));
    } catch (error) {
      return { isError: true, content: [{ type: "text", text: error.message }] };
    }
  });

  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new InMemoryEventStore(),
    retryInterval: 500,
    onsessioninitialized: (id) => sessions.set(id, { server, transport }),
    onsessionclosed: (id) => sessions.delete(id),
  });
  return { server, transport };
}

function refuse(response, status, code, message) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }));
}

listen(async (request, response) => {
  const id = request.headers["mcp-session-id"];
  if (id !== undefined) {
    const session = sessions.get(id);
    return session ? session.transport.handleRequest(request, response) : refuse(response, 404, -32001, "Session not found");
  }

  // Without a session id: a handshake, which the transport of a fresh session checks and answers; it refuses anything else.
  const { server, transport } = createSession();
  await server.connect(transport);
  await transport.handleRequest(request, response);
});
