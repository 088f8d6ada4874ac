import type { NodeId } from "../power-loss/disk-tree.ts";

/** What `stat` says of a file or directory on a `CrashFs`. */
export interface CrashStats {
  readonly ino: number;
  readonly size: number;
  readonly nlink: number;
  readonly mode: number;
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
}

export function crashStats(node: NodeId, size: number, nlink: number): CrashStats {
  const isFile = node >= 0;
  return {
    // Inodes of directories are negative only within.
    ino: isFile ? node : 2 ** 32 - node,
    size,
    nlink,
    mode: isFile ? 0o100644 : 0o040755,
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: () => false,
    isFIFO: () => false,
  };
}

/** A name in a directory on a `CrashFs`, with what it leads to. */
export interface CrashDirent {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}
