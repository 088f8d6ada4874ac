import { afterEach, describe, expect, test } from "@jest/globals";
import { liveRuns } from "../../src/checkpoint/live-runs.ts";
import { type EntryName, parseEntryName } from "../../src/checkpoint/names.ts";
import { claim, complete, release } from "../../src/checkpoint/protocol.ts";
import { memory } from "../../src/store/memory-store.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { claimElsewhere, find, save } from "./a-run.ts";
import { aroundStore, withLiveness } from "./around-store.ts";
import { Actor, explore, type World } from "./explore.ts";
import { RunMemory } from "./run-memory.ts";

// Two runs that both may be alive (nobody can tell, and the user said takeOver) go through a whole
// life against each other, in every order of their store calls. A checkpoint holds the names of all
// saves it is built upon, so that a lost one shows.

interface Life {
  /** What a run that was killed has left behind. */
  readonly found: readonly (readonly [name: string, bytes: Uint8Array])[];
  readonly saves: number;
  readonly keepPrevious: boolean;
  readonly end: "complete" | "release";
}

// The one that was too late, or was taken over, is told so.
const expected: ReadonlySet<string> = new Set(["ended", "SUPERSEDED", "HOLDER_UNKNOWN"]);

afterEach(() => liveRuns().clear());

describe("two runs on one store, in every interleaving of their calls", () => {
  test.each([
    { begin: "anew", saves: 2, keepPrevious: false, end: "release" },
    { begin: "after a kill", saves: 1, keepPrevious: true, end: "complete" },
  ] as const)(
    "lose no acknowledged save and harm no successor: %o",
    async ({ begin, ...life }) => {
      const found = begin === "anew" ? [] : await whatAKillLeaves();
      const { states } = await explore(() => new TwoRuns({ ...life, found }));
      expect(states).toBeGreaterThan(1000);
    },
    120_000,
  );
});

async function whatAKillLeaves(): Promise<Life["found"]> {
  const store = withLiveness(memory(), "unknown");
  const hold = await claimElsewhere(store);
  await save(hold, " Z1", true);
  await save(hold, " Z1 Z2", true);
  const names = await store.list();
  return Promise.all(names.map(async (name) => [name, await store.read(name)] as const));
}

/** More numbers than three lives need. */
const maxFence = 7;

class TwoRuns implements World {
  readonly actors: readonly Actor[] = [new Actor("A"), new Actor("B")];
  readonly #life: Life;
  readonly #disk: CheckpointStore = memory();
  /** For each entry that is there: who made it, and for a checkpoint the saves it is built upon. */
  readonly #entries: Map<string, { maker: string; content: string }> = new Map();
  /** What each run knows, and which entry it is in the middle of reading. */
  readonly #memories: Map<Actor, RunMemory> = new Map();
  readonly #opened: Map<Actor, string> = new Map();
  /** The highest number that each run has ever had. */
  readonly #fences: Map<string, number> = new Map();
  readonly #acknowledged: Map<string, number> = new Map();
  readonly #outcomes: Map<string, string> = new Map();
  /** What a run did that it never may; thrown at once, it would be handled as a failing store. */
  #harm: string | undefined;
  #tombstone = 0;
  #highestLease = 0;

  constructor(life: Life) {
    this.#life = life;
    for (const [name, bytes] of life.found) {
      void this.#disk.create(name, [bytes]);
      this.#note("Z", name, [bytes]);
    }
    if (life.found.length > 0) this.#acknowledged.set("Z1", 1).set("Z2", 1);
    for (const actor of this.actors) void this.#live(actor);
  }

  state(): string {
    const entries = [...this.#entries].map(([name, { maker }]) => `${name} of ${maker}`).toSorted();
    return [...this.actors.map((actor) => this.#memoryOf(actor)), ...entries].join("\n");
  }

  check(isOver: boolean): void {
    if (this.#harm !== undefined) throw new Error(this.#harm);
    const names = [...this.#entries.keys()];
    const leases = names.flatMap((name) => fenceOf(name, "lease"));
    const highest = Math.max(0, ...leases);
    if (highest < this.#highestLease) throw new Error("the highest lease was removed");
    this.#highestLease = highest;
    if (highest > maxFence) throw new Error("the runs go on taking over from each other");

    const next = names
      .flatMap((name) => checkpointOf(name))
      .filter(({ fence }) => fence > this.#tombstone)
      .toSorted((a, b) => b.fence - a.fence || b.sequence - a.sequence)
      .at(0);
    const found = next === undefined ? "" : (this.#entries.get(next.name)?.content ?? "");
    for (const [id, fence] of this.#acknowledged) {
      if (fence <= this.#tombstone || found.split(" ").includes(id)) continue;
      throw new Error(`${id} was acknowledged, and a recovery now finds "${found}"`);
    }
    const outcomes = [...this.#outcomes.values()];
    const unexpected = outcomes.find((outcome) => !expected.has(outcome));
    if (unexpected !== undefined) throw new Error(`a run rejects with ${unexpected}`);
    if (isOver && !outcomes.includes("ended")) {
      throw new Error(`nobody came to the end: ${outcomes.join()}`);
    }
  }

  async #live(actor: Actor): Promise<void> {
    const { end, keepPrevious, saves } = this.#life;
    const store = this.#storeOf(actor);
    try {
      const hold = await claim(store, { takeOver: true, report: () => {} });
      const remember = (stage: string): void => {
        const { lease, newest, nextSequence } = hold;
        this.#memoryOf(actor).enter(
          JSON.stringify([stage, lease.fence, lease.tombstone, newest, nextSequence]),
        );
      };
      remember("claimed");
      let content = (await find(hold)) ?? "";
      remember(content);
      for (let number = 1; number <= saves; number++) {
        content = `${content} ${actor.name}${number}`;
        const { fence } = await save(hold, content, keepPrevious);
        this.#acknowledged.set(`${actor.name}${number}`, fence);
        remember(content);
      }
      await (end === "complete" ? complete(hold, { keep: false }) : release(hold));
      this.#outcomes.set(actor.name, "ended");
    } catch (error) {
      this.#outcomes.set(actor.name, (error as { code?: string }).code ?? String(error));
    } finally {
      actor.isOver = true;
    }
  }

  /** The store as `actor` sees it: each of its calls is a step. */
  #storeOf(actor: Actor): CheckpointStore {
    const disk = withLiveness(this.#disk, "unknown");
    return aroundStore(disk, (call, proceed) => {
      const { operation, name, chunks } = call;
      if (operation === "read" && name === this.#opened.get(actor)) return proceed();
      this.#opened.set(actor, operation === "read" ? name : "");
      return actor.step(
        `${operation} ${name}`,
        async () => {
          // The two runs are in two processes as far as the protocol can tell.
          liveRuns().clear();
          if (operation === "remove") this.#judgeRemoval(actor, name);
          const result = await proceed();
          if (operation === "create") this.#note(actor.name, name, chunks ?? []);
          if (operation === "remove") this.#entries.delete(name);
          return result;
        },
        (outcome) => this.#memoryOf(actor).learn(call, outcome),
      );
    });
  }

  #memoryOf(actor: Actor): RunMemory {
    const known = this.#memories.get(actor) ?? new RunMemory();
    this.#memories.set(actor, known);
    return known;
  }

  #note(maker: string, name: string, chunks: readonly Uint8Array[]): void {
    const text = Buffer.concat(chunks).toString("latin1");
    const content = /(?: [ABZ]\d)+/.exec(text)?.[0] ?? "";
    this.#entries.set(name, { maker, content });
    if (parseEntryName(name)?.kind !== "lease") return;
    const { fence, tombstone } = JSON.parse(text) as { fence: number; tombstone: number };
    this.#fences.set(maker, fence);
    this.#tombstone = Math.max(this.#tombstone, tombstone);
  }

  #judgeRemoval(actor: Actor, name: string): void {
    const own = this.#fences.get(actor.name) ?? 0;
    const fence = parseEntryName(name)?.fence ?? Infinity;
    if (fence > own) {
      this.#harm ??= `${actor.name} removes ${name}, which is of its successor`;
    }
  }
}

function fenceOf(name: string, kind: EntryName["kind"]): readonly number[] {
  const entry = parseEntryName(name);
  return entry?.kind === kind ? [entry.fence] : [];
}

function checkpointOf(name: string): readonly { name: string; fence: number; sequence: number }[] {
  const entry = parseEntryName(name);
  return entry?.kind === "checkpoint" ? [{ ...entry, name }] : [];
}
