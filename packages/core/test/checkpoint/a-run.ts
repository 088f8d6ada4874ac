import { claim, commit, type Hold } from "../../src/checkpoint/protocol.ts";
import { recover } from "../../src/checkpoint/recover.ts";
import type { CheckpointEntry } from "../../src/checkpoint/listing.ts";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import type { TrainingEvent } from "../../src/event.ts";
import { materialize } from "../../src/snapshot/restore.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { encode, metadata } from "../codec/checkpoint-file.ts";

const files = new Map<string, Promise<Uint8Array>>();

/** The bytes of a checkpoint that holds `content`, of which each is made once. */
export function checkpointBytes(
  { fence, sequence }: { readonly fence: number; readonly sequence: number },
  content: string,
): Promise<Uint8Array> {
  const key = `${fence}-${sequence} ${content}`;
  const known = files.get(key);
  if (known) return known;
  const lineage = { ...metadata.lineage, fence, sequence, parent: null };
  const made = encode({ state: { content } }, { metadata: { ...metadata, lineage } });
  files.set(key, made);
  return made;
}

/** Saves `content` as the next checkpoint. */
export function save(hold: Hold, content: string, keepPrevious = false): Promise<CheckpointEntry> {
  return commit(
    hold,
    async (entry) => hold.store.create(entry.name, [await checkpointBytes(entry, content)]),
    { keepPrevious },
  );
}

/** What a run that was claimed finds to go on from. */
export async function find(
  hold: Hold,
  options: { readonly fallback?: boolean; readonly mustResume?: boolean } = {},
): Promise<string | undefined> {
  const recovered = await recover(hold, { fallback: false, mustResume: false, ...options });
  const state = recovered?.roots["state"];
  return state === undefined ? undefined : (materialize(state) as { content: string }).content;
}

/** Claims the store as another process would, to which the runs of this one are strangers. */
export async function claimElsewhere(
  store: CheckpointStore,
  options: { readonly takeOver?: boolean; readonly events?: TrainingEvent[] } = {},
): Promise<Hold> {
  liveRuns().clear();
  const report = (event: TrainingEvent): unknown => options.events?.push(event);
  return claim(store, { takeOver: options.takeOver ?? true, report });
}

/** What `promise` rejects with; a promise that resolves is a failure of the test. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a rejection, found ${String(value)}`);
    },
    (error: unknown) => error,
  );
}
