import { parseEntryName } from "../../src/checkpoint/names.ts";
import type { StoreCall } from "./around-store.ts";

/**
 * What a run still knows of what its store calls told it. It is less than all it was told, as whoever
 * reads `protocol.ts` can see: after a listing only the fences of earlier listings count, and after
 * an entry was created only that entry does. Without forgetting, no two orders of calls would ever
 * come to the same state, and there would be too many of them to try.
 */
export class RunMemory {
  #stage = "";
  #created = "";
  #fences: number[] = [];
  #recent: string[] = [];

  /** Begins a stage of the protocol, which knows of those before it only what `stage` says. */
  enter(stage: string): void {
    this.#stage = stage;
    this.#created = "";
    this.#fences = [];
    this.#recent = [];
  }

  learn({ operation, name, chunks }: StoreCall, outcome: unknown): void {
    if (operation === "create") {
      const text = parseEntryName(name)?.kind === "lease" ? withoutNonce(chunks ?? []) : "";
      this.#created = `${name} ${String(outcome)} ${text}`;
      this.#fences = [];
      this.#recent = [];
    } else if (operation === "list") {
      const names = Array.isArray(outcome) ? outcome.map(String).toSorted() : [String(outcome)];
      this.#fences.push(Math.max(0, ...names.map(leaseFence)));
      this.#recent = [names.join()];
    } else {
      const isFound = typeof outcome !== "string";
      this.#recent.push(`${operation} ${name} ${isFound}`);
    }
  }

  toString(): string {
    return JSON.stringify([this.#stage, this.#created, this.#fences, this.#recent]);
  }
}

function withoutNonce(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks)
    .toString()
    .replace(/"run":"\w+"/, "");
}

function leaseFence(name: string): number {
  const entry = parseEntryName(name);
  return entry?.kind === "lease" ? entry.fence : 0;
}
