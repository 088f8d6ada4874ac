import { liveRuns } from "../../../src/checkpoint/live-runs.ts";
import { parseEntryName } from "../../../src/checkpoint/names.ts";
import { RepriseError, type RepriseErrorCode } from "../../../src/errors.ts";
import type { Liveness, Presence } from "../../../src/store/presence.ts";
import type { CheckpointStore } from "../../../src/store/store.ts";
import { bytesOf, contentOf, leaseOf } from "./contents.ts";

/** A call of a store that waits for its outcome; `list` has no name. */
export interface Call {
  readonly operation: "list" | "read" | "create" | "remove";
  readonly name: string;
  /** Of the entry that is to be created. */
  readonly content: string;
}

/** What came of a call. */
export type Outcome =
  | { readonly kind: "listed"; readonly names: readonly string[] }
  | {
      readonly kind: "read";
      readonly content: string;
      /** What presence says of the holder, and whether it is a run of this thread, at this moment. */
      readonly liveness: Liveness;
      readonly isLive: boolean;
    }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly code: RepriseErrorCode };

/** Tells `life` what `next` says came of its calls. */
export function scriptedStore(
  life: string,
  next: (call: Call) => Promise<Outcome>,
): CheckpointStore & { readonly nonce: string } {
  // On the disk of the model a lease has the name of the life, which the life cannot know before its
  // claim is through: until then it goes by a nonce.
  let nonce = life;
  let liveness: Liveness = "unknown";
  let opened: { readonly name: string; readonly bytes: Uint8Array } | undefined;

  const ask = async (call: Call): Promise<Outcome> => {
    opened = undefined;
    const outcome = await next(call);
    if (outcome.kind !== "failed") return outcome;
    throw new RepriseError(outcome.code, `${call.operation} ${call.name} fails`);
  };
  const open = async (name: string): Promise<Uint8Array> => {
    // What is read in pieces is opened once.
    if (opened?.name === name) return opened.bytes;
    const outcome = await ask({ operation: "read", name, content: "" });
    if (outcome.kind !== "read") throw new Error(`${name} is read, and ${outcome.kind}`);
    if (parseEntryName(name)?.kind === "lease") meet(outcome);
    const bytes = await bytesOf(name, outcome.content.replace(runOf(life), runOf(nonce)));
    opened = { name, bytes };
    return bytes;
  };
  const meet = (outcome: Outcome & { readonly kind: "read" }): void => {
    const { run } = leaseOf(outcome.content);
    liveness = outcome.liveness;
    if (run === life) return;
    if (outcome.isLive) liveRuns().add(run);
    else liveRuns().delete(run);
  };
  const presence: Presence = {
    describe: async () => ({ since: "2026-01-01T00:00:00.000Z" }),
    probe: async () => liveness,
    name: () => "another run",
    claiming: (claim) => claim(),
  };
  return {
    description: "the disk of the model",
    supports: { durable: true },
    presence,
    get nonce() {
      return nonce;
    },
    async list() {
      const outcome = await ask({ operation: "list", name: "", content: "" });
      return outcome.kind === "listed" ? outcome.names : [];
    },
    read: async (name, range) => (await open(name)).slice(range?.start, range?.end),
    async create(name, chunks) {
      let content = contentOf(name, chunks);
      if (parseEntryName(name)?.kind === "lease") {
        nonce = leaseOf(content).run;
        content = content.replace(runOf(nonce), runOf(life));
      }
      await ask({ operation: "create", name, content });
    },
    async remove(name) {
      await ask({ operation: "remove", name, content: "" });
    },
  };
}

function runOf(run: string): string {
  return `"run":"${run}"`;
}
