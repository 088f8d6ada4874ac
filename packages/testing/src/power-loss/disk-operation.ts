/**
 * What reaches a disk, in the order in which it was issued: the calls of a program as a file system
 * sees them, without descriptors and without buffers. Paths are absolute, `/` is where the recording
 * begins, and a file is told by the number of its inode, since it may have several names or none.
 */
export type DiskOperation =
  | { readonly kind: "mkdir"; readonly path: string }
  | { readonly kind: "rmdir"; readonly path: string }
  /** A new and empty file; `inode` is a number that no other file of the recording has. */
  | { readonly kind: "create"; readonly path: string; readonly inode: number }
  | {
      readonly kind: "write";
      readonly inode: number;
      readonly offset: number;
      readonly data: Uint8Array;
    }
  | { readonly kind: "truncate"; readonly inode: number; readonly size: number }
  | { readonly kind: "link"; readonly from: string; readonly to: string }
  | { readonly kind: "unlink"; readonly path: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  /** The data of this file is durable, as after a `fsync` that succeeded. Its names need not be. */
  | { readonly kind: "syncFile"; readonly inode: number }
  /** The names in this directory are durable. Its own name, in its parent, need not be. */
  | { readonly kind: "syncDirectory"; readonly path: string }
  /** Not of the disk: at this instant somebody was told something, such as `saved 3`. */
  | { readonly kind: "mark"; readonly label: string };

/** An operation for people, such as `rename /a → /b`. */
export function describeOperation(operation: DiskOperation): string {
  switch (operation.kind) {
    case "mkdir":
    case "rmdir":
    case "unlink":
    case "syncDirectory":
      return `${operation.kind} ${operation.path}`;
    case "create":
      return `create ${operation.path} (inode ${operation.inode})`;
    case "write": {
      const end = operation.offset + operation.data.length;
      return `write inode ${operation.inode}, bytes ${operation.offset} to ${end}`;
    }
    case "truncate":
      return `truncate inode ${operation.inode} to ${operation.size} bytes`;
    case "link":
    case "rename":
      return `${operation.kind} ${operation.from} → ${operation.to}`;
    case "syncFile":
      return `syncFile inode ${operation.inode}`;
    case "mark":
      break;
  }
  return `mark ${operation.label}`;
}
