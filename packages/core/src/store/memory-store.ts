import { RepriseError, type RepriseErrorCode, show } from "../errors.ts";
import { openLedger } from "../ledger/ledger.ts";
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
    openLedger,
    async list() {
      return [...entries.keys()];
    },
    async read(name, range) {
      const bytes = entries.get(name);
      if (!bytes) throw failure("NOT_FOUND", "There is no entry", name);
      return bytes.slice(range?.start, range?.end);
    },
    async create(name, chunks) {
      // Looking, copying and adding are one synchronous step: no other call comes between.
      if (entries.has(name)) {
        throw failure("ALREADY_EXISTS", "There is already an entry", name);
      }
      entries.set(name, join(name, chunks));
    },
    async remove(name) {
      entries.delete(name);
    },
  };
}

// Nobody outside this process sees these entries, so a holder that is not live here is nowhere.
const presence: Presence = {
  describe: async () => ({ since: new Date().toISOString() }),
  probe: async () => "dead",
  name: () => "this process",
  claiming: (claim) => claim(),
};

function join(name: string, chunks: readonly Uint8Array[]): Uint8Array {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  try {
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const chunk of chunks) {
      bytes.set(chunk, offset);
      offset += chunk.byteLength;
    }
    return bytes;
  } catch (cause) {
    const problem = `There is no room for the ${size} bytes of`;
    throw failure("STORE_FULL", problem, name, { cause, details: { name, size } });
  }
}

function failure(
  code: RepriseErrorCode,
  problem: string,
  name: string,
  options: { cause?: unknown; details: Record<string, unknown> } = { details: { name } },
): RepriseError {
  return new RepriseError(code, `${problem} ${show(name)} in the ${description}.`, options);
}
