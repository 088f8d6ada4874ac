import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of the kind that the store of `docs/writing-a-store.md` is for. */
export interface TestServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server with these entries and room for so many bytes. */
export async function startServer(
  entries: Map<string, Buffer> = new Map(),
  room = Infinity,
): Promise<TestServer> {
  const server = createServer((request, response) => {
    // A request that is cut off has nobody to answer to.
    answer(request, response, entries, room).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  entries: Map<string, Buffer>,
  room: number,
): Promise<void> {
  const name = (request.url ?? "/").slice(1);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const end = (status: number, body?: Buffer | string): void => {
    response.writeHead(status).end(body);
  };
  if (name === "") return end(200, JSON.stringify([...entries.keys()]));
  const entry = entries.get(name);
  if (request.method === "PUT") {
    if (entry && request.headers["if-none-match"] === "*") return end(412);
    const bytes = Buffer.concat(chunks);
    const used = [...entries.values()].reduce((sum, { length }) => sum + length, 0);
    if (used + bytes.length > room) return end(507);
    entries.set(name, bytes);
    return end(201);
  }
  if (entry === undefined) return end(404);
  if (request.method === "DELETE") {
    entries.delete(name);
    return end(204);
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
  if (first === undefined) return end(200, entry);
  if (Number(first) >= entry.length) return end(416, "beyond the end");
  return end(206, entry.subarray(Number(first), Number(last) + 1));
}
