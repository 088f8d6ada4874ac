import type { StateNode } from "./state-tree.ts";

interface Meeting {
  readonly partner: StateNode;
  /** How far apart the two begin within their storages, in bytes. */
  readonly shift: number;
  readonly path: string;
}

/** One value on one side of a comparison, and two on the other. */
export interface Split {
  readonly live: string;
  readonly saved: string;
}

/**
 * Keeps account of which saved value has been compared with which live one. What one side holds
 * twice has to be held twice by the other, or restoring one would overwrite the other.
 */
export class Twins {
  readonly #ofSaved = new Map<StateNode, Meeting>();
  readonly #ofLive = new Map<StateNode, Meeting>();
  readonly #seen = new Map<StateNode, StateNode>();
  readonly #made = new Map<StateNode, string>();

  /** `again` when exactly these two were compared before. */
  meet(saved: StateNode, live: StateNode, path: string): "again" | Split | undefined {
    if (this.#seen.get(saved) === live) return "again";
    const shift = deltaOf(saved) - deltaOf(live);
    const before = this.#ofSaved.get(storageOf(saved));
    if (before === undefined && !this.#ofLive.has(storageOf(live))) {
      this.#ofSaved.set(storageOf(saved), { partner: storageOf(live), shift, path });
      this.#ofLive.set(storageOf(live), { partner: storageOf(saved), shift, path });
    } else if (before === undefined) {
      const other = this.#ofLive.get(storageOf(live));
      return { live: `the same value as ${other?.path}`, saved: "a value of its own" };
    } else if (before.partner !== storageOf(live) || before.shift !== shift) {
      return { live: "a value of its own", saved: `the same value as ${before.path}` };
    }
    this.#seen.set(saved, live);
    return undefined;
  }

  /** Notes that the saved value at `path` has no live one. Returns whether it was noted before. */
  isMade(saved: StateNode, path: string): boolean {
    if (this.#made.has(saved)) return true;
    this.#made.set(saved, path);
    return false;
  }

  /** Views without a live array into storages that only other views have: they cannot be rejoined. */
  *torn(): Generator<Split & { readonly path: string }> {
    for (const [saved, path] of this.#made) {
      const meeting = this.#ofSaved.get(storageOf(saved));
      if (meeting === undefined || this.#seen.has(storageOf(saved))) continue;
      yield { path, live: "nothing", saved: `bytes that it shares with ${meeting.path}` };
    }
  }
}

function storageOf(node: StateNode): StateNode {
  return node.kind === "tensor" ? (node.owner ?? node) : node;
}

function deltaOf(node: StateNode): number {
  return node.kind === "tensor" ? node.delta : 0;
}
