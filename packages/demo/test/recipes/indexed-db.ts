import { type CheckpointStore, RepriseError, type RepriseErrorCode } from "@reprise/core";

const codes: Readonly<Record<string, RepriseErrorCode>> = {
  ConstraintError: "ALREADY_EXISTS",
  QuotaExceededError: "STORE_FULL",
  SecurityError: "STORE_DENIED",
};

/** Checkpoints in IndexedDB, where they survive the page and the browser. */
export function indexedDb(name: string): CheckpointStore {
  const description = `the database ${name} of this browser`;

  function open(): Promise<IDBDatabase> {
    const request = indexedDB.open(name);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore("entries"));
    return new Promise((resolve, reject) => {
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error));
    });
  }

  /** Resolves to what is asked for when the transaction is on disk, not when it is begun. */
  async function inTransaction<T>(
    mode: IDBTransactionMode,
    ask: (entries: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T> {
    let database: IDBDatabase | undefined;
    try {
      database = await open();
      const transaction = database.transaction("entries", mode, { durability: "strict" });
      const request = ask(transaction.objectStore("entries"));
      return await new Promise((resolve, reject) => {
        transaction.addEventListener("complete", () => resolve(request.result));
        transaction.addEventListener("abort", () => reject(transaction.error));
      });
    } catch (cause) {
      const code = codes[(cause as DOMException).name] ?? "STORE_FAILED";
      throw new RepriseError(code, `${description} failed: ${String(cause)}`, { cause });
    } finally {
      database?.close();
    }
  }

  return {
    description,
    supports: { durable: true },
    async list() {
      return (await inTransaction("readonly", (entries) => entries.getAllKeys())) as string[];
    },
    async read(entry, { start, end } = { start: 0, end: Infinity }) {
      const blob = await inTransaction<Blob | undefined>("readonly", (all) => all.get(entry));
      if (!blob) throw new RepriseError("NOT_FOUND", `${description} has no ${entry}.`);
      return new Uint8Array(await blob.slice(start, Math.min(end, blob.size)).arrayBuffer());
    },
    async create(entry, chunks) {
      const blob = new Blob(chunks as Uint8Array<ArrayBuffer>[]);
      await inTransaction("readwrite", (entries) => entries.add(blob, entry));
    },
    async remove(entry) {
      await inTransaction("readwrite", (entries) => entries.delete(entry));
    },
  };
}
