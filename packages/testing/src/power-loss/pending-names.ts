import { changeEntry, type Entries, type EntryChange, type NodeId } from "./disk-tree.ts";

/** Names as a disk may hold them, and the operations on names that are lost in it. */
export interface NamesState {
  readonly entries: Entries;
  readonly lost: readonly string[];
}

/** Changes that reach the disk together or not at all. */
interface PendingChange {
  readonly text: string;
  readonly changes: readonly EntryChange[];
  isDurable: boolean;
}

/**
 * The names on a disk while changes to them are on their way there: which of these are durable for
 * certain, and every state that a loss of power may leave.
 */
export interface PendingNames {
  /** Changes were issued that count together. `nodes` is what they are about. */
  change(text: string, changes: readonly EntryChange[], nodes: readonly NodeId[]): void;
  /** The size of a file was changed. */
  touch(inode: NodeId): void;
  /** A file or a directory was synced. */
  sync(node: NodeId): void;
  /** Every state that the names may be in; each once, the one with nothing lost first. */
  states(limit: number): readonly NamesState[];
}

/** Every change is on the disk at once. */
export function namesThatStay(entries: Entries): PendingNames {
  const all = new Map(entries);
  return {
    change(_text, changes) {
      for (const change of changes) changeEntry(all, change);
    },
    touch() {},
    sync() {},
    states: () => [{ entries: new Map(all), lost: [] }],
  };
}

/**
 * Changes reach the disk in the order of a journal; a loss of power cuts its end off. To sync a file or
 * directory makes everything durable up to the last change of that file or directory.
 */
export function namesInOrder(entries: Entries): PendingNames {
  const durable = new Map(entries);
  const pending: PendingChange[] = [];
  /** How many changes had been issued when a file or directory was last changed. */
  const touched = new Map<NodeId, number>();
  let issued = 0;
  return {
    change(text, changes, nodes) {
      pending.push({ text, changes, isDurable: false });
      issued += 1;
      for (const node of nodes) touched.set(node, issued);
    },
    touch(inode) {
      touched.set(inode, issued);
    },
    sync(node) {
      const committed = issued - pending.length;
      const count = Math.max(0, (touched.get(node) ?? 0) - committed);
      for (const { changes } of pending.splice(0, count)) applyAll(durable, changes);
    },
    states() {
      const counts = Array.from({ length: pending.length + 1 }, (_, lost) => pending.length - lost);
      return counts.map((count) => journalCutAt(durable, pending, count));
    },
  };
}

function journalCutAt(
  durable: Entries,
  pending: readonly PendingChange[],
  count: number,
): NamesState {
  const entries = new Map(durable);
  for (const { changes } of pending.slice(0, count)) applyAll(entries, changes);
  return { entries, lost: pending.slice(count).map(({ text }) => text) };
}

/** Each change may be lost whatever becomes of the others, until its directory is synced. */
export function namesInAnyOrder(entries: Entries): PendingNames {
  const durable = new Map(entries);
  const pending: PendingChange[] = [];
  let known: readonly NamesState[] | undefined;
  return {
    change(text, changes) {
      pending.push({ text, changes, isDurable: false });
      known = undefined;
    },
    touch() {},
    sync(node) {
      for (const change of pending) {
        change.isDurable ||= change.changes.some(({ directory }) => directory === node);
      }
      while (pending[0]?.isDurable) applyAll(durable, pending.shift()?.changes ?? []);
      known = undefined;
    },
    states(limit) {
      return (known ??= everySubset(durable, pending, limit));
    },
  };
}

function everySubset(
  durable: Entries,
  pending: readonly PendingChange[],
  limit: number,
): readonly NamesState[] {
  let states = new Map<string, NamesState>([
    [keyOf(durable), { entries: new Map(durable), lost: [] }],
  ]);
  for (const { text, changes, isDurable } of pending) {
    const next = new Map<string, NamesState>();
    // Those in which it is there come first, so that of two ways to one state the one that loses
    // least is told.
    for (const { entries, lost } of states.values()) {
      const changed = new Map(entries);
      applyAll(changed, changes);
      setIfAbsent(next, { entries: changed, lost });
    }
    if (!isDurable) {
      for (const { entries, lost } of states.values()) {
        setIfAbsent(next, { entries, lost: [...lost, text] });
      }
    }
    if (next.size > limit) {
      throw new RangeError(
        `${pending.length} changes of names that are not synced may leave more than ${limit} states.`,
      );
    }
    states = next;
  }
  return [...states.values()];
}

function setIfAbsent(states: Map<string, NamesState>, state: NamesState): void {
  const key = keyOf(state.entries);
  if (!states.has(key)) states.set(key, state);
}

function applyAll(entries: Map<string, NodeId>, changes: readonly EntryChange[]): void {
  for (const change of changes) changeEntry(entries, change);
}

/** Equal for the same names that lead to the same files, in whatever order they came. */
function keyOf(entries: Entries): string {
  return [...entries]
    .map(([key, node]) => `${key}:${node}`)
    .toSorted()
    .join("\0");
}
