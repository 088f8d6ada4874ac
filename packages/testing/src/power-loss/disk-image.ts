import { createHash } from "node:crypto";

/** A file or a directory on a disk. Two paths with the same file have the same inode. */
export type DiskNode =
  | { readonly kind: "directory" }
  | { readonly kind: "file"; readonly inode: number; readonly data: Uint8Array };

const digests = new WeakMap<Uint8Array, string>();

/**
 * What is on a disk at one instant: every path below `/` and what is there. Never changed; the bytes
 * of its files are shared with other images and must not be changed either.
 */
export class DiskImage {
  readonly nodes: ReadonlyMap<string, DiskNode>;
  #fingerprint: string | undefined;

  /** Of nodes by their absolute path. The directories that lead to one are there too. */
  constructor(nodes: Iterable<readonly [path: string, node: DiskNode]> = []) {
    const all = new Map<string, DiskNode>();
    for (const [path, node] of nodes) {
      for (const parent of parentsOf(path)) if (!all.has(parent)) all.set(parent, directoryNode);
      all.set(path, node);
    }
    this.nodes = new Map([...all].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The bytes of the file at `path`, or `undefined` if there is none. */
  file(path: string): Uint8Array | undefined {
    const node = this.nodes.get(path);
    return node?.kind === "file" ? node.data : undefined;
  }

  /** The names in the directory at `path`, in ascending order. */
  names(path: string): string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.nodes.keys()]
      .filter((other) => other.startsWith(prefix))
      .map((other) => other.slice(prefix.length))
      .filter((name) => name !== "" && !name.includes("/"));
  }

  /** Two images with the same paths, bytes and links have the same one. */
  get fingerprint(): string {
    return (this.#fingerprint ??= fingerprintOf(this.nodes));
  }

  equals(other: DiskImage): boolean {
    return this.fingerprint === other.fingerprint;
  }

  /** One line for each path, for messages. */
  toString(): string {
    return [...this.nodes]
      .map(([path, node]) =>
        node.kind === "directory"
          ? `${path}/`
          : `${path} ${node.data.length} bytes ${digestOf(node.data).slice(0, 8)}`,
      )
      .join("\n");
  }
}

export const directoryNode: DiskNode = Object.freeze({ kind: "directory" });

function* parentsOf(path: string): Iterable<string> {
  for (let at = path.indexOf("/", 1); at !== -1; at = path.indexOf("/", at + 1)) {
    yield path.slice(0, at);
  }
}

function fingerprintOf(nodes: ReadonlyMap<string, DiskNode>): string {
  const hash = createHash("sha1");
  // Numbers of inodes are arbitrary; which paths share one is not.
  const firstPaths = new Map<number, string>();
  for (const [path, node] of nodes) {
    if (node.kind === "directory") {
      hash.update(`${path}\0`);
      continue;
    }
    const first = firstPaths.get(node.inode) ?? path;
    firstPaths.set(node.inode, first);
    hash.update(`${path}\0${first}\0${digestOf(node.data)}\0`);
  }
  return hash.digest("hex");
}

/** A hash of bytes that nobody changes any more; computed once for each array. */
export function digestOf(data: Uint8Array): string {
  const known = digests.get(data);
  if (known !== undefined) return known;
  const digest = createHash("sha1").update(data).digest("hex");
  digests.set(data, digest);
  return digest;
}
