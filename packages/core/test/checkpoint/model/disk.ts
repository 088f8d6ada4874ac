import { type EntryName, parseEntryName } from "../../../src/checkpoint/names.ts";

/** An entry of a store, as the model has it. */
export interface DiskEntry {
  /** What a lease or a checkpoint says, without its encoding: see `contents.ts`. */
  readonly content: string;
  /** Whether its `create` has resolved, so that a loss of power leaves it. */
  readonly isDurable: boolean;
}

/** An entry with one of our names. */
export interface NamedEntry {
  readonly name: string;
  readonly content: string;
  readonly fence: number;
  /** 0 for a lease. */
  readonly sequence: number;
}

type Entries = ReadonlyMap<string, DiskEntry>;

const disks = new Map<string, Disk>();

/**
 * What a store holds, and what a loss of power may make of it. Never changed: an operation leads to
 * another disk, and there is only one with the same entries.
 */
export class Disk {
  readonly id: number;
  readonly entries: Entries;
  /**
   * What was removed. The port does not promise that a removal is durable, so that a loss of power
   * may bring back any of it.
   */
  readonly removed: Entries;
  /** In ascending order, as `leases` and `checkpoints` are. */
  readonly names: readonly string[];
  readonly leases: readonly NamedEntry[];
  readonly checkpoints: readonly NamedEntry[];
  readonly #operations: Map<string, Disk> = new Map();
  #afterPowerLoss: readonly Disk[] | undefined;

  private constructor(entries: Entries, removed: Entries) {
    this.id = disks.size;
    this.entries = entries;
    this.removed = removed;
    this.names = [...entries.keys()].toSorted();
    this.leases = named(entries, "lease");
    this.checkpoints = named(entries, "checkpoint");
  }

  static of(entries: Entries, removed: Entries = new Map()): Disk {
    const key = `${keyOf(entries)}/${keyOf(removed)}`;
    const known = disks.get(key) ?? new Disk(entries, removed);
    disks.set(key, known);
    return known;
  }

  with(name: string, entry: DiskEntry): Disk {
    return this.#once(`${name}${String(entry.isDurable)}${entry.content}`, () =>
      Disk.of(new Map(this.entries).set(name, entry), this.removed),
    );
  }

  without(name: string): Disk {
    return this.#once(name, () => {
      const entries = new Map(this.entries);
      const entry = entries.get(name);
      if (entry === undefined) return this;
      entries.delete(name);
      return Disk.of(entries, new Map(this.removed).set(name, entry));
    });
  }

  /** For a world in which the power stays on: there is no telling what is durable. */
  powered(): Disk {
    return this.#once("", () => {
      const entries = [...this.entries].map(([name, { content }]): [string, DiskEntry] => [
        name,
        { content, isDurable: true },
      ]);
      return Disk.of(new Map(entries));
    });
  }

  /** Every disk that a loss of power may leave, this one without a loss among them. */
  afterPowerLoss(): readonly Disk[] {
    if (this.#afterPowerLoss) return this.#afterPowerLoss;
    const certain = [...this.entries].filter(([, { isDurable }]) => isDurable);
    const uncertain = [
      ...[...this.entries].filter(([, { isDurable }]) => !isDurable),
      ...[...this.removed].filter(([name]) => !this.entries.has(name)),
    ].map(([name, { content }]): [string, DiskEntry] => [name, { content, isDurable: true }]);
    return (this.#afterPowerLoss = Array.from({ length: 2 ** uncertain.length }, (_, subset) => {
      const left = uncertain.filter((_entry, bit) => (subset & (1 << bit)) !== 0);
      return Disk.of(new Map([...certain, ...left]));
    }));
  }

  #once(operation: string, perform: () => Disk): Disk {
    const known = this.#operations.get(operation) ?? perform();
    this.#operations.set(operation, known);
    return known;
  }
}

function named(entries: Entries, kind: EntryName["kind"]): readonly NamedEntry[] {
  return [...entries]
    .flatMap(([name, { content }]) => {
      const parsed = parseEntryName(name);
      if (parsed?.kind !== kind) return [];
      const sequence = parsed.kind === "checkpoint" ? parsed.sequence : 0;
      return [{ name, content, fence: parsed.fence, sequence }];
    })
    .toSorted((a, b) => a.fence - b.fence || a.sequence - b.sequence);
}

function keyOf(entries: Entries): string {
  return [...entries]
    .map(([name, { content, isDurable }]) => `${name}${isDurable ? "=" : "~"}${content}`)
    .toSorted()
    .join(";");
}
