import type { IncomingMessage, ServerResponse } from "node:http";
import { type LocalServer, startServer } from "../local-server.ts";

/**
 * Starts a server of the kind that the store of `docs/writing-a-store.md` is for, with these entries and room
 * for so many bytes.
 */
export function startStoreServer(
  entries: Map<string, Buffer> = new Map(),
  room = Infinity,
): Promise<LocalServer> {
  return startServer((request, response) => {
    // A request that is cut off has nobody to answer to.
    answer(request, response, entries, room).catch(() => response.destroy());
  });
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
