import { type CheckpointStore, parseEntryName, type SavePolicy, show } from "@reprise/core";
import { assert, assertEqual, assertSameBits } from "../contract/assert.ts";
import { clockTick } from "../contract/clock-tick.ts";
import {
  type Boundary,
  type CallbackUnderTest,
  live,
  type RunEnd,
  type TrainingPlan,
} from "./one-life.ts";

/** What a promise is shown with. */
interface CallbackKit {
  readonly make: () => Promise<CallbackUnderTest>;
  readonly open: () => CheckpointStore;
  readonly plan: TrainingPlan;
}

const always: SavePolicy = { name: "whenever it can", epochsOnly: false, isDue: () => true };

/** Promises of a callback by their names; each body shows one with instances of its own. */
export const callbackPromises: Readonly<Record<string, (kit: CallbackKit) => Promise<void>>> = {
  "a callback with state has a key, the same in every instance": async ({ make }) => {
    const [first, second] = [(await make()).callback, (await make()).callback];
    assertEqual(
      typeof first.stateDict,
      typeof first.loadStateDict,
      "stateDict and loadStateDict, which come together",
    );
    if (first.stateDict === undefined) return;
    const { key } = first;
    assert(typeof key === "string" && key !== "", `the key: expected a name, found ${show(key)}`);
    assertEqual(second.key, key, "the key of another instance");
  },

  "two runs with the same logs end alike": async (kit) => {
    const expected = await undisturbed(kit);
    await clockTick();
    assertSameEnd(await undisturbed(kit), expected, "the second run");
  },

  "saving changes nothing": async (kit) => {
    const end = await live(await kit.make(), kit.plan, { store: kit.open(), saveFreq: always });
    assertSameEnd(end, await undisturbed(kit), "a run that saves whenever it can");
  },

  "interrupted anywhere and resumed by a fresh instance, a run ends as though it had not been":
    async (kit) => showInterruptions(kit, always, kit.make),

  "what runs again after an interruption counts once": async (kit) =>
    showInterruptions(kit, "epoch", kit.make),

  "interrupted after every save, a run ends as though it had not been": async (kit) => {
    const store = kit.open();
    let end: RunEnd | undefined;
    const most = 2 + kit.plan.epochs * (kit.plan.batches + 1);
    for (let lives = 1; lives <= most && end === undefined; lives += 1) {
      end = await live(await kit.make(), kit.plan, {
        store,
        saveFreq: always,
        endsAt: async ({ isSavePoint }) => isSavePoint,
      });
    }
    assertSameEnd(end, await undisturbed(kit), "a run that is interrupted after every save");
  },

  "an instance that took part in another run resumes like a fresh one": async (kit) =>
    showInterruptions(kit, always, async () => {
      const used = await kit.make();
      const { epochs, batches, logs } = kit.plan;
      const last = epochs * batches - 1;
      await live(used, { epochs: 1, batches, logs: (step) => logs(last - step) }, {});
      return used;
    }),
};

/**
 * Resumes from whatever a run has saved at each of its boundaries: what a kill there leaves behind.
 */
async function showInterruptions(
  { make, open, plan }: CallbackKit,
  saveFreq: SavePolicy | "epoch",
  resumer: () => Promise<CallbackUnderTest>,
): Promise<void> {
  const expected = await undisturbed({ make, plan });
  const store = open();
  const left = new Map<string, { where: string; entries: Entries }>();
  const endsAt = async ({ description: where }: Boundary): Promise<boolean> => {
    const names = await store.list();
    const saved = names.find((name) => parseEntryName(name)?.kind === "checkpoint");
    if (saved !== undefined && !left.has(saved)) {
      left.set(saved, { where, entries: await entriesOf(store) });
    }
    return false;
  };
  await live(await make(), plan, { store, saveFreq, endsAt });
  assert(left.size > 0, "a run that fails before its first save cannot be resumed: log more steps");
  for (const { where, entries } of left.values()) {
    const copy = open();
    for (const [name, bytes] of entries) await copy.create(name, [bytes]);
    const end = await live(await resumer(), plan, { store: copy });
    assertSameEnd(end, expected, `interrupted when ${where}, and resumed: the run`);
  }
}

type Entries = ReadonlyMap<string, Uint8Array>;

async function entriesOf(store: CheckpointStore): Promise<Entries> {
  const entries = new Map<string, Uint8Array>();
  for (const name of await store.list()) entries.set(name, await store.read(name));
  return entries;
}

async function undisturbed({ make, plan }: Omit<CallbackKit, "open">): Promise<RunEnd> {
  const end = await live(await make(), plan, {});
  assert(end !== undefined, "a run that nothing interrupts has an end");
  return end;
}

function assertSameEnd(found: RunEnd | undefined, expected: RunEnd, what: string): void {
  assert(found !== undefined, `${what} comes to no end`);
  const isNewFailure = found.error !== undefined && expected.error === undefined;
  assert(!isNewFailure, `${what} fails: ${String(found.error)}`, found.error);
  const { error: _found, ...foundFacts } = found;
  const { error: _expected, ...expectedFacts } = expected;
  assertSameBits(foundFacts, expectedFacts, what);
}
