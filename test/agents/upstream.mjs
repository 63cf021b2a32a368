// An MCP server that tells on standard error what it was asked to do, and can change what it says of a tool.
import { createInterface } from 'node:readline';

let description = 'Writes a file';
const said = text => process.stdout.write(`${text}\n`);

createInterface({ input: process.stdin }).on('line', line => {
  const { id, method, params } = JSON.parse(line);
  const answer = result => said(JSON.stringify({ jsonrpc: '2.0', id, result }));
  if (method === 'initialize') {
    answer({
      protocolVersion: '2025-11-25',
      capabilities: { tools: {} },
      serverInfo: { name: 'upstream', version: '1' },
    });
  } else if (method === 'tools/list') {
    // Laid out as no library would, in two pages.
    const tool = JSON.stringify({ name: params?.cursor ?? 'write', description, inputSchema: { type: 'object' } });
    const next = params?.cursor === undefined ? ', "nextCursor":"read"' : '';
    said(`{ "jsonrpc":"2.0",  "id":${JSON.stringify(id)}, "result": {"tools":[ ${tool} ]${next}} }`);
  } else if (method === 'tools/call') {
    process.stderr.write(`CALLED ${JSON.stringify(params)}\n`);
    answer({ content: [{ type: 'text', text: `did ${params.name}` }] });
  } else if (method === 'change') {
    description = params.description;
    if (id !== undefined) answer({});
  } else if (method === 'environment') {
    answer({ key: process.env.COUNTERSIGN_API_KEY ?? null });
  }
});
