import { setImmediate as macrotask } from "node:timers/promises";
import type { DiskImage } from "../power-loss/disk-image.ts";
import type { DiskOperation } from "../power-loss/disk-operation.ts";
import { DiskTree, entryKey, type NodeId, reachableFiles, root } from "../power-loss/disk-tree.ts";
import { type Fault, Faults } from "./faults.ts";
import { systemError } from "./system-error.ts";

/** A call as it is made: what it is named after, and what it does. */
export interface DiskCall<Result> {
  readonly syscall: string;
  readonly path: string;
  readonly destination?: string;
  readonly act: () => Result;
  /** What it answers when it lies: success, without having done anything. */
  readonly lie?: () => Result;
  /** Gives back what it answered, when it did its work and nobody was told. */
  readonly giveBack?: (result: Result) => void;
}

/** The disk below a `CrashFs`: what is on it now, all that was done to it, and its faults. */
export class CrashDisk {
  readonly tree: DiskTree;
  readonly operations: DiskOperation[] = [];
  readonly faults: Faults = new Faults();
  readonly capacity: number;
  readonly shortWriteBytes: number;
  /** How many handles each file has. One without a name keeps its room until it has none. */
  readonly #open: Map<NodeId, number> = new Map();
  /** Files of which a sync failed: the kernel took their lost pages for written ones. */
  readonly #poisoned: Set<NodeId> = new Set();
  #lastInode: number;

  constructor(from: DiskImage, capacity: number, shortWriteBytes: number) {
    this.tree = new DiskTree(from);
    this.capacity = capacity;
    this.shortWriteBytes = shortWriteBytes;
    this.#lastInode = Math.max(0, ...this.tree.contents.keys());
  }

  get openHandles(): number {
    return [...this.#open.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Carries a call out, unless a fault comes in its way. */
  async call<Result>(call: DiskCall<Result>): Promise<Result> {
    const fault = this.faults.next(call.syscall, call.path);
    await Promise.resolve();
    return settle(call, fault);
  }

  callNow<Result>(call: DiskCall<Result>): Result {
    return settle(call, this.faults.next(call.syscall, call.path));
  }

  /**
   * Carries a sync out. It takes its time, so that it makes nothing durable for whoever does not wait
   * for it, and promises nothing of what was written meanwhile.
   */
  async sync(node: NodeId, path: string, syscall: string): Promise<void> {
    const fault = this.faults.next(syscall, path);
    const before = this.tree.contents.get(node);
    await macrotask();
    if (fault?.kind === "fails" && !fault.hasLanded) this.#poisoned.add(node);
    const isCovered = node < 0 || this.tree.contents.get(node) === before;
    const act = (): void => {
      if (!isCovered || (node >= 0 && this.#poisoned.has(node))) return;
      const directory = this.#pathOf(node);
      if (node >= 0) this.do({ kind: "syncFile", inode: node });
      else if (directory !== undefined) this.do({ kind: "syncDirectory", path: directory });
    };
    settle({ syscall, path, act, lie: () => {} }, fault);
  }

  do(operation: DiskOperation): void {
    this.tree.apply(operation);
    this.operations.push(operation);
  }

  createFile(path: string): NodeId {
    this.#lastInode += 1;
    this.do({ kind: "create", path, inode: this.#lastInode });
    return this.#lastInode;
  }

  /** Stores what the disk takes of `data`. Returns the number of bytes. */
  write(inode: NodeId, path: string, offset: number, data: Uint8Array): number {
    const size = this.tree.content(inode).length;
    const wanted = Math.min(data.length, this.shortWriteBytes);
    // What lies within the file has its room already.
    const fits = Math.max(0, size - offset) + this.freeBytes - Math.max(0, offset - size);
    const count = Math.min(wanted, fits);
    if (count <= 0 && data.length > 0) throw systemError("ENOSPC", "write", path);
    if (count > 0) this.do({ kind: "write", inode, offset, data: data.slice(0, count) });
    return count;
  }

  get freeBytes(): number {
    if (this.capacity === Infinity) return Infinity;
    const files = new Set([...reachableFiles(this.tree.entries), ...this.#open.keys()]);
    const used = [...files].reduce((sum, inode) => sum + (this.#sizeOf(inode) ?? 0), 0);
    return Math.max(0, this.capacity - used);
  }

  opened(node: NodeId): void {
    this.#open.set(node, (this.#open.get(node) ?? 0) + 1);
  }

  closed(node: NodeId): void {
    const count = (this.#open.get(node) ?? 0) - 1;
    if (count > 0) this.#open.set(node, count);
    else this.#open.delete(node);
  }

  #sizeOf(node: NodeId): number | undefined {
    return this.tree.contents.get(node)?.length;
  }

  /** The path of a directory, unless it was removed. */
  #pathOf(node: NodeId): string | undefined {
    if (node === root) return "/";
    for (const [key, child] of this.tree.entries) {
      if (child !== node) continue;
      const slash = key.indexOf("/");
      const parent = this.#pathOf(Number(key.slice(0, slash)));
      return parent === undefined
        ? undefined
        : `${parent === "/" ? "" : parent}/${key.slice(slash + 1)}`;
    }
    return undefined;
  }

  /** How many names lead to a node. */
  linksTo(node: NodeId): number {
    return [...this.tree.entries.values()].filter((other) => other === node).length;
  }

  /** The names in a directory, with what each leads to. */
  children(directory: NodeId): [name: string, node: NodeId][] {
    const prefix = entryKey(directory, "");
    return [...this.tree.entries]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, node]) => [key.slice(prefix.length), node]);
  }
}

function settle<Result>(call: DiskCall<Result>, fault: Fault | undefined): Result {
  if (fault?.kind === "lies") {
    if (call.lie === undefined) throw new TypeError(`A ${call.syscall} cannot lie.`);
    return call.lie();
  }
  if (fault === undefined) return call.act();
  if (fault.hasLanded) {
    const result = call.act();
    call.giveBack?.(result);
  }
  throw systemError(fault.code, call.syscall, call.path, call.destination);
}
