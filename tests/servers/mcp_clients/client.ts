// A program in TypeScript that uses an MCP server: node client.ts URL KEY '[["tool", {"argument": "value"}], …]'
// It prints a line of JSON for the list of tools and for each call. It knows nothing of Brewline.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const [url, key, calls] = process.argv.slice(2);
const headers = { authorization: `Bearer ${key}` };
const client = new Client({ name: "a-program-in-typescript", version: "1.0.0" });
await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));

const { tools } = await client.listTools();
console.log(JSON.stringify({ tools: tools.map((tool) => tool.name) }));
for (const [name, args] of JSON.parse(calls)) {
  const { isError, structuredContent } = await client.callTool({ name, arguments: args });
  console.log(JSON.stringify({ name, isError: isError ?? false, result: structuredContent ?? null }));
}
await client.close();
