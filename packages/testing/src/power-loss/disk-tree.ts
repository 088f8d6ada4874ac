import { DiskImage, type DiskNode, directoryNode } from "./disk-image.ts";
import { describeOperation, type DiskOperation } from "./disk-operation.ts";

/** A file by its inode, or a directory by a negative number. */
export type NodeId = number;

export const root: NodeId = -1;

/** Names by the directory that they are in, as `<directory>/<name>`, and what each leads to. */
export type Entries = ReadonlyMap<string, NodeId>;

/** One name that is added, led elsewhere, or, with no `node`, removed. */
export interface EntryChange {
  readonly directory: NodeId;
  readonly name: string;
  readonly node: NodeId | undefined;
}

/** Directories and files as a running program sees them: every operation counts at once. */
export class DiskTree {
  readonly entries: Map<string, NodeId> = new Map();
  readonly contents: Map<NodeId, Uint8Array> = new Map();
  #lastDirectory: NodeId = root;

  constructor(image: DiskImage) {
    for (const [path, node] of image.nodes) {
      const id = node.kind === "file" ? node.inode : (this.#lastDirectory -= 1);
      if (node.kind === "file") this.contents.set(id, node.data);
      this.#setEntry({ ...this.#place(path), node: id });
    }
  }

  /** What is at `path`, if anything. */
  find(path: string): NodeId | undefined {
    let node: NodeId | undefined = root;
    for (const name of namesOf(path)) {
      node = node === undefined ? undefined : this.entries.get(entryKey(node, name));
    }
    return node;
  }

  /** The bytes of a file. Never changed: a write puts others in their place. */
  content(inode: NodeId): Uint8Array {
    const data = this.contents.get(inode);
    if (data === undefined) throw new RangeError(`There is no file with the inode ${inode}.`);
    return data;
  }

  image(): DiskImage {
    return imageOf(this.entries, (inode) => this.content(inode));
  }

  /** Carries an operation out. Returns the names that it changed, in the order of their change. */
  apply(operation: DiskOperation): readonly EntryChange[] {
    const changes = this.#changesOf(operation);
    for (const change of changes) this.#setEntry(change);
    if (operation.kind === "write") {
      const { inode, offset, data } = operation;
      this.contents.set(inode, written(this.content(inode), offset, data));
    } else if (operation.kind === "truncate") {
      this.contents.set(operation.inode, resized(this.content(operation.inode), operation.size));
    }
    return changes;
  }

  #changesOf(operation: DiskOperation): readonly EntryChange[] {
    switch (operation.kind) {
      case "mkdir":
        return [{ ...this.#place(operation.path), node: (this.#lastDirectory -= 1) }];
      case "create":
        this.contents.set(operation.inode, new Uint8Array());
        return [{ ...this.#place(operation.path), node: operation.inode }];
      case "link":
        return [{ ...this.#place(operation.to), node: this.#require(operation.from, operation) }];
      case "rmdir":
      case "unlink":
        this.#require(operation.path, operation);
        return [{ ...this.#place(operation.path), node: undefined }];
      case "rename": {
        const node = this.#require(operation.from, operation);
        const to = this.#place(operation.to);
        const from = { ...this.#place(operation.from), node: undefined };
        const isTaken = this.entries.has(entryKey(to.directory, to.name));
        return [...(isTaken ? [{ ...to, node: undefined }] : []), from, { ...to, node }];
      }
      case "write":
      case "truncate":
      case "syncFile":
      case "syncDirectory":
      case "mark":
        break;
    }
    return [];
  }

  #place(path: string): { directory: NodeId; name: string } {
    const end = path.lastIndexOf("/");
    const directory = this.find(path.slice(0, end));
    if (directory === undefined) throw new RangeError(`${path} is in no directory.`);
    return { directory, name: path.slice(end + 1) };
  }

  #require(path: string, operation: DiskOperation): NodeId {
    const node = this.find(path);
    if (node === undefined) {
      throw new RangeError(`There is nothing at ${path}, for ${describeOperation(operation)}.`);
    }
    return node;
  }

  #setEntry({ directory, name, node }: EntryChange): void {
    changeEntry(this.entries, { directory, name, node });
  }
}

export function entryKey(directory: NodeId, name: string): string {
  return `${directory}/${name}`;
}

export function changeEntry(entries: Map<string, NodeId>, change: EntryChange): void {
  const key = entryKey(change.directory, change.name);
  if (change.node === undefined) entries.delete(key);
  else entries.set(key, change.node);
}

/** The files that these names lead to, each once. */
export function reachableFiles(entries: Entries): Set<NodeId> {
  const files = new Set<NodeId>();
  walk(entries, (_path, node) => {
    if (node > root) files.add(node);
  });
  return files;
}

/** The image that a disk with these names shows; what no name leads to is not on it. */
export function imageOf(entries: Entries, content: (inode: NodeId) => Uint8Array): DiskImage {
  const nodes: [string, DiskNode][] = [];
  walk(entries, (path, node) => {
    const isFile = node > root;
    nodes.push([path, isFile ? { kind: "file", inode: node, data: content(node) } : directoryNode]);
  });
  return new DiskImage(nodes);
}

function walk(entries: Entries, visit: (path: string, node: NodeId) => void): void {
  const children = new Map<NodeId, [name: string, node: NodeId][]>();
  for (const [key, node] of entries) {
    const slash = key.indexOf("/");
    const directory = Number(key.slice(0, slash));
    const siblings = children.get(directory) ?? [];
    siblings.push([key.slice(slash + 1), node]);
    children.set(directory, siblings);
  }
  const enter = (directory: NodeId, prefix: string): void => {
    for (const [name, node] of children.get(directory) ?? []) {
      visit(`${prefix}/${name}`, node);
      if (node < root) enter(node, `${prefix}/${name}`);
    }
  };
  enter(root, "");
}

/** The bytes after a write at `offset`; a gap before it reads as zeros. */
function written(before: Uint8Array, offset: number, data: Uint8Array): Uint8Array {
  const after = new Uint8Array(Math.max(before.length, offset + data.length));
  after.set(before);
  after.set(data, offset);
  return after;
}

/** The bytes cut off, or continued with zeros, at `size`. */
export function resized(before: Uint8Array, size: number): Uint8Array {
  const after = new Uint8Array(size);
  after.set(before.subarray(0, size));
  return after;
}

function namesOf(path: string): string[] {
  return path.split("/").filter((name) => name !== "");
}
