import { DiskImage } from "./disk-image.ts";
import { describeOperation, type DiskOperation } from "./disk-operation.ts";
import {
  DiskTree,
  type Entries,
  type EntryChange,
  imageOf,
  type NodeId,
  reachableFiles,
} from "./disk-tree.ts";
import {
  namesInAnyOrder,
  namesInOrder,
  namesThatStay,
  type NamesState,
  type PendingNames,
} from "./pending-names.ts";
import { type FileState, interruptedWrites, tornContents } from "./torn-contents.ts";

/**
 * What a crash takes.
 *
 * - `kill`: the process ends, the machine lives on. Nothing that was issued is lost, but the write
 *   that was under way may be there in part.
 * - `ordered`: power is lost on a file system with a journal, as ext4 is in its default mode. Changes
 *   of names are lost from the last one backwards; file data that was not synced may be missing, torn
 *   into blocks of 4 KiB, or zeros.
 * - `posix`: power is lost, and nothing but what POSIX says may be relied on. A name is durable once
 *   its directory was synced, data once its file was; everything else may be lost whatever becomes of
 *   the rest, and where data is missing there may be garbage.
 * - `posix-nonatomic-rename`: besides, a rename is three changes that are lost one by one: the old
 *   file at the new name goes, the old name goes, the new name comes.
 */
export type CrashModel = "kill" | "ordered" | "posix" | "posix-nonatomic-rename";

export const crashModels: readonly CrashModel[] = [
  "kill",
  "ordered",
  "posix",
  "posix-nonatomic-rename",
];

/** What may be on a disk after a crash. */
export interface CrashState {
  readonly image: DiskImage;
  /** The index of the last operation that was issued; -1 before the first. */
  readonly after: number;
  /** The labels of all marks that were reached. */
  readonly marks: readonly string[];
  /** The operations that were lost, in whole or in part, in words. */
  readonly lost: readonly string[];
}

/** How {@link powerLosses} goes about it. */
export interface PowerLossOptions {
  /**
   * What is durable on the disk before the first operation.
   * @default an empty disk
   */
  readonly from?: DiskImage;
  /**
   * The most states to yield; more than that is a `RangeError`, never a silent end.
   * @default 20_000
   */
  readonly limit?: number;
}

/**
 * Everything that may be on the disk if a crash comes at any instant of a recording: before the first
 * of its operations, after each one, and within each write. States with the same image and the same
 * marks are yielded once.
 */
export function* powerLosses(
  operations: readonly DiskOperation[],
  model: CrashModel,
  { from = new DiskImage(), limit = 20_000 }: PowerLossOptions = {},
): Generator<CrashState, void, undefined> {
  const disk = new UncertainDisk(from, model);
  const marks: string[] = [];
  const states = new DistinctStates(operations.length, limit);
  for (let after = -1; after < operations.length; after += 1) {
    const operation = operations[after];
    const partial = operation === undefined ? [] : disk.interrupted(operation);
    if (operation !== undefined) disk.apply(operation);
    if (operation?.kind === "mark") marks.push(operation.label);
    for (const { image, lost } of [...partial, ...disk.states(limit)]) {
      if (states.add(image, marks)) yield { image, after, marks: [...marks], lost };
    }
  }
}

/**
 * Of the states of {@link powerLosses}, those that a crash right after the last operation may leave:
 * each image once.
 */
export function* powerLossesAtEnd(
  operations: readonly DiskOperation[],
  model: CrashModel,
  { from = new DiskImage(), limit = 20_000 }: PowerLossOptions = {},
): Generator<CrashState, void, undefined> {
  const disk = new UncertainDisk(from, model);
  for (const operation of operations) disk.apply(operation);
  const marks = operations.flatMap((operation) =>
    operation.kind === "mark" ? [operation.label] : [],
  );
  const states = new DistinctStates(operations.length, limit);
  for (const { image, lost } of disk.states(limit)) {
    if (states.add(image, marks)) yield { image, after: operations.length - 1, marks, lost };
  }
}

/** The states that were yielded, of which there may be so many and no more. */
class DistinctStates {
  readonly #seen: Set<string> = new Set();
  readonly #operationCount: number;
  readonly #limit: number;

  constructor(operationCount: number, limit: number) {
    this.#operationCount = operationCount;
    this.#limit = limit;
  }

  /** Whether a state is a new one. */
  add(image: DiskImage, marks: readonly string[]): boolean {
    const before = this.#seen.size;
    this.#seen.add(`${marks.length} ${image.fingerprint}`);
    if (this.#seen.size > this.#limit) {
      throw new RangeError(
        `There are more than ${this.#limit} states after a crash in ${this.#operationCount} ` +
          "operations. Record less, or give a higher limit.",
      );
    }
    return this.#seen.size > before;
  }
}

const pendingNames: Readonly<Record<CrashModel, (entries: Entries) => PendingNames>> = {
  kill: namesThatStay,
  ordered: namesInOrder,
  posix: namesInAnyOrder,
  "posix-nonatomic-rename": namesInAnyOrder,
};

type Loss = Pick<CrashState, "image" | "lost">;

/** A disk of which it is not known what a crash at this instant would leave. */
class UncertainDisk {
  readonly #model: CrashModel;
  readonly #tree: DiskTree;
  readonly #names: PendingNames;
  /** What the bytes of each file were since they were last durable. */
  readonly #versions: Map<NodeId, readonly Uint8Array[]> = new Map();
  readonly #torn: Map<NodeId, readonly FileState[]> = new Map();
  readonly #paths: Map<NodeId, string> = new Map();

  constructor(from: DiskImage, model: CrashModel) {
    this.#model = model;
    this.#tree = new DiskTree(from);
    const { entries, contents } = this.#tree;
    this.#names = pendingNames[model](entries);
    for (const [inode, data] of contents) this.#versions.set(inode, [data]);
    for (const [path, node] of from.nodes) {
      if (node.kind === "file") this.#paths.set(node.inode, path);
    }
  }

  apply(operation: DiskOperation): void {
    const nodes = this.#nodesOf(operation);
    const changes = this.#tree.apply(operation);
    if (changes.length > 0) this.#change(operation, changes, nodes);
    switch (operation.kind) {
      case "create":
        this.#paths.set(operation.inode, operation.path);
        this.#setVersions(operation.inode, [this.#tree.content(operation.inode)]);
        break;
      case "write":
      case "truncate": {
        const versions = this.#versions.get(operation.inode) ?? [];
        const data = this.#tree.content(operation.inode);
        this.#setVersions(operation.inode, this.#model === "kill" ? [data] : [...versions, data]);
        if (versions.at(-1)?.length !== data.length) this.#names.touch(operation.inode);
        break;
      }
      case "syncFile":
        this.#setVersions(operation.inode, [this.#tree.content(operation.inode)]);
        this.#names.sync(operation.inode);
        break;
      case "syncDirectory":
        for (const node of nodes) this.#names.sync(node);
        break;
      case "mkdir":
      case "rmdir":
      case "link":
      case "unlink":
      case "rename":
      case "mark":
        break;
    }
  }

  /** What a kill leaves of an operation that is under way and not yet applied. */
  interrupted(operation: DiskOperation): Loss[] {
    if (this.#model !== "kill" || operation.kind !== "write") return [];
    const { entries } = this.#tree;
    const { inode, offset, data } = operation;
    return interruptedWrites(this.#tree.content(inode), offset, data).map((state) => ({
      image: imageOf(entries, (other) =>
        other === inode ? state.data : this.#tree.content(other),
      ),
      lost: [`of ${describeOperation(operation)}: ${state.lost}`],
    }));
  }

  *states(limit: number): Iterable<Loss> {
    for (const names of this.#names.states(limit)) {
      const uncertain = [...reachableFiles(names.entries)].filter(
        (inode) => (this.#versions.get(inode)?.length ?? 0) > 1,
      );
      yield* this.#withContents(names, uncertain, new Map());
    }
  }

  /** Every combination of what may be left of the files in `uncertain`. */
  *#withContents(
    names: NamesState,
    uncertain: readonly NodeId[],
    chosen: ReadonlyMap<NodeId, FileState>,
  ): Iterable<Loss> {
    const [inode, ...rest] = uncertain;
    if (inode !== undefined) {
      for (const state of this.#tornContents(inode)) {
        yield* this.#withContents(names, rest, new Map([...chosen, [inode, state]]));
      }
      return;
    }
    const lostData = [...chosen].flatMap(([file, { lost }]) =>
      lost === undefined ? [] : [`of the data of ${this.#paths.get(file) ?? file}: ${lost}`],
    );
    yield {
      image: imageOf(names.entries, (file) => chosen.get(file)?.data ?? this.#tree.content(file)),
      lost: [...names.lost, ...lostData],
    };
  }

  #tornContents(inode: NodeId): readonly FileState[] {
    const known = this.#torn.get(inode);
    if (known !== undefined) return known;
    const versions = this.#versions.get(inode) ?? [];
    const torn = tornContents(versions, { garbage: this.#model !== "ordered" });
    this.#torn.set(inode, torn);
    return torn;
  }

  #setVersions(inode: NodeId, versions: readonly Uint8Array[]): void {
    this.#versions.set(inode, versions);
    this.#torn.delete(inode);
  }

  #change(
    operation: DiskOperation,
    changes: readonly EntryChange[],
    nodes: readonly NodeId[],
  ): void {
    const text = describeOperation(operation);
    const touched = [...nodes, ...changes.flatMap(({ directory, node }) => [directory, node])];
    const all = touched.filter((node) => node !== undefined);
    if (operation.kind !== "rename" || this.#model !== "posix-nonatomic-rename") {
      this.#names.change(text, changes, all);
      return;
    }
    for (const change of changes) {
      const part = `${change.node === undefined ? "removal" : "appearance"} of ${change.name}`;
      this.#names.change(`${part} in ${text}`, [change], all);
    }
  }

  /** What an operation on paths is about, before it is carried out. */
  #nodesOf(operation: DiskOperation): NodeId[] {
    const paths =
      "path" in operation
        ? [operation.path]
        : "from" in operation
          ? [operation.from, operation.to]
          : [];
    return paths.map((path) => this.#tree.find(path)).filter((node) => node !== undefined);
  }
}
