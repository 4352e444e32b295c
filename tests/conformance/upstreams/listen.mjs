// A plain HTTP server on a free port of 127.0.0.1 that says where it listens; only loopback names get in, as the suite's
// rebinding scenario demands.

import { createServer } from "node:http";
import { localhostHostValidation, localhostOriginValidation } from "@modelcontextprotocol/node";

const hostIsFine = localhostHostValidation();
const originIsFine = localhostOriginValidation();

export function listen(handle) {
  const server = createServer(async (request, response) => {
    if (!hostIsFine(request, response) || !originIsFine(request, response)) return;
    try {
      await handle(request, response);
    } catch (error) {
      console.error(error);
      if (!response.headersSent) response.writeHead(500).end();
    }
  });
  server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/mcp`));
}
