import { RepriseError, show } from "../errors.ts";
import type { CheckpointStore } from "./store.ts";
import type { Presence } from "./presence.ts";

const description = "memory of this process";

/**
 * A new, empty store in the memory of this process: for tests, and for going on after an exception
 * or a stop within one process. Nothing in it survives the process.
 */
export function memory(): CheckpointStore {
  const entries = new Map<string, Uint8Array>();
  return {
    description,
    supports: { durable: false },
    presence,
    async list() {
      return [...entries.keys()];
    },
    async read(name, range) {
      const bytes = entries.get(name);
      if (bytes === undefined) throw notFound(name);
      return bytes.slice(range?.start, range?.end);
    },
    async create(name, chunks) {
      // Looking, copying and adding are one synchronous step: no other call comes between.
      if (entries.has(name)) throw alreadyExists(name);
      entries.set(name, join(name, chunks));
    },
    async remove(name) {
      entries.delete(name);
    },
  };
}

// Nobody outside this process sees these entries, so a holder that is not live here is nowhere.
const presence: Presence = {
  async describe() {
    return { since: new Date().toISOString() };
  },
  async probe() {
    return "dead";
  },
  name() {
    return "this process";
  },
  claiming(claim) {
    return claim();
  },
};

function join(name: string, chunks: readonly Uint8Array[]): Uint8Array {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  const bytes = allocate(name, size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function allocate(name: string, size: number): Uint8Array {
  try {
    return new Uint8Array(size);
  } catch (cause) {
    throw new RepriseError(
      "STORE_FULL",
      `Could not create ${show(name)} in the ${description}: there is no room for ${size} bytes. ` +
        "Save to a directory instead, or make the training state smaller.",
      { cause, details: { name, size } },
    );
  }
}

function notFound(name: string): RepriseError {
  return new RepriseError(
    "NOT_FOUND",
    `Could not read ${show(name)}: there is no such entry in the ${description}.`,
    { details: { name } },
  );
}

function alreadyExists(name: string): RepriseError {
  return new RepriseError(
    "ALREADY_EXISTS",
    `Could not create ${show(name)}: the ${description} has an entry of this name already, and ` +
      "entries are never replaced. Choose another name, or remove the entry first.",
    { details: { name } },
  );
}
