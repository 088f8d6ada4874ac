import type { DiskImage, DiskOperation } from "@reprise/testing/node";
import type { TracedCall } from "./trace-log.ts";

/** The calls that change what is on a disk, or make it durable. */
export const recordedCalls: readonly string[] =
  "mkdir,rmdir,openat,write,writev,pwrite64,pwritev,ftruncate,fsync,fdatasync,link,rename,unlink".split(
    ",",
  );

export interface Recording {
  /** The directory that is `/` to the operations. */
  readonly folder: string;
  /** What was there before the first call. */
  readonly from: DiskImage;
  /** A file in it that is an account of what others were told: what is written to it is a mark. */
  readonly account: string;
}

/**
 * What reached the disk, of calls that were traced with `-y -xx` and their whole data. Throws for a
 * call that it does not know how to repeat.
 */
export function toDiskOperations(
  calls: readonly TracedCall[],
  { folder, from, account }: Recording,
): DiskOperation[] {
  const inodes = new Map<string, number>();
  for (const [path, node] of from.nodes) if (node.kind === "file") inodes.set(path, node.inode);
  let lastInode = Math.max(0, ...inodes.values());
  const inodeOf = (path: string): number => {
    const inode = inodes.get(path);
    if (inode === undefined) throw new Error(`The recording has no file ${path}.`);
    return inode;
  };

  const convert = (call: TracedCall): readonly DiskOperation[] => {
    const { name, result } = call;
    const [path = "", to = ""] = pathsIn(call, folder);
    if (path === "" || beat.test(path) || result.startsWith("-1")) return [];
    if (path === account) {
      if (name !== "write") return [];
      return [{ kind: "mark", label: Buffer.from(dataIn(call)).toString().trim() }];
    }
    switch (name) {
      case "mkdir":
      case "rmdir":
        return [{ kind: name, path }];
      case "unlink":
        inodes.delete(path);
        return [{ kind: "unlink", path }];
      case "openat": {
        if (!call.args.includes("O_CREAT")) return [];
        if (inodes.has(path)) {
          if (!call.args.includes("O_TRUNC")) return [];
          return [{ kind: "truncate", inode: inodeOf(path), size: 0 }];
        }
        inodes.set(path, ++lastInode);
        return [{ kind: "create", path, inode: lastInode }];
      }
      case "link":
        inodes.set(to, inodeOf(path));
        return [{ kind: "link", from: path, to }];
      case "rename":
        inodes.set(to, inodeOf(path));
        inodes.delete(path);
        return [{ kind: "rename", from: path, to }];
      case "fsync":
      case "fdatasync": {
        const inode = inodes.get(path);
        if (inode === undefined) return [{ kind: "syncDirectory", path }];
        return [{ kind: "syncFile", inode }];
      }
      case "pwrite64":
      case "pwritev": {
        const offset = Number(/, (\d+)$/.exec(call.args)?.[1]);
        const data = dataIn(call).subarray(0, Number(result));
        return [{ kind: "write", inode: inodeOf(path), offset, data }];
      }
      case "ftruncate": {
        const size = Number(/, (\d+)$/.exec(call.args)?.[1]);
        return [{ kind: "truncate", inode: inodeOf(path), size }];
      }
      default:
        throw new Error(`The recording has a call ${name} on ${path}: it cannot be repeated.`);
    }
  };
  return calls.flatMap(convert);
}

/** Never synced, it would be in every state in several ways, and nobody looks into it after a reboot. */
const beat = /\/beat-\d+\.json$/;

const hexadecimal = /"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g;
const descriptor = /^\d+<((?:\\x[0-9a-f]{2})*)(?:\(deleted\))?>/;

/** The paths in `folder` that a call is about, as seen from there: of a descriptor or by name. */
function pathsIn({ name, args }: TracedCall, folder: string): string[] {
  const opened = descriptor.exec(args)?.[1];
  const isOnDescriptor = name !== "openat" && opened !== undefined;
  const paths = isOnDescriptor
    ? [decode(opened)]
    : [...args.matchAll(hexadecimal)].map(([, text = ""]) => decode(text));
  return paths
    .map((bytes) => bytes.toString())
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .map((path) => (path === folder ? "/" : path.slice(folder.length)));
}

/** The bytes that a call writes, in one piece. */
function dataIn({ args }: TracedCall): Uint8Array {
  const pieces = [...args.matchAll(hexadecimal)].map(([, text = "", cut]) => {
    if (cut !== undefined) throw new Error("The recording does not have all bytes of a write.");
    return decode(text);
  });
  return new Uint8Array(Buffer.concat(pieces));
}

function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}
