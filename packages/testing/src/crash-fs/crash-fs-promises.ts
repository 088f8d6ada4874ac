import { constants } from "node:fs";
import { posix } from "node:path";
import type { CrashDisk } from "./crash-disk.ts";
import { bytesOf, CrashFileHandle } from "./crash-file-handle.ts";
import { type CrashDirent, type CrashStats, crashStats } from "./crash-stats.ts";
import type { NodeId } from "../power-loss/disk-tree.ts";
import { flagsOf } from "./open-flags.ts";
import { systemError } from "./system-error.ts";

// What ext4 says of itself, and the size of a disk on which room is no matter.
const ext4 = 0xef53;
const blockSize = 4096;
const endlessBytes = 2 ** 50;

/** The subset of `node:fs/promises` that a `CrashFs` has. */
export class CrashFsPromises {
  readonly constants: typeof constants = constants;
  readonly #disk: CrashDisk;

  constructor(disk: CrashDisk) {
    this.#disk = disk;
  }

  async open(path: string, flags: string | number = "r", _mode?: number): Promise<CrashFileHandle> {
    const bits = flagsOf(flags);
    const at = normal(path);
    const act = (): CrashFileHandle => {
      const found = this.#find(at, "open");
      const isWanted = (flag: number): boolean => (bits & flag) !== 0;
      if (found === undefined && !isWanted(constants.O_CREAT)) {
        throw systemError("ENOENT", "open", at);
      }
      if (found !== undefined && isWanted(constants.O_CREAT) && isWanted(constants.O_EXCL)) {
        throw systemError("EEXIST", "open", at);
      }
      const node = found ?? this.#disk.createFile(at);
      if (node < 0 && isWanted(constants.O_WRONLY | constants.O_RDWR)) {
        throw systemError("EISDIR", "open", at);
      }
      if (isWanted(constants.O_TRUNC) && this.#disk.tree.content(node).length > 0) {
        this.#disk.do({ kind: "truncate", inode: node, size: 0 });
      }
      return new CrashFileHandle(this.#disk, node, at, bits);
    };
    return this.#disk.call({ syscall: "open", path: at, act, giveBack: abandon });
  }

  async mkdir(
    path: string,
    { recursive = false }: { readonly recursive?: boolean } = {},
  ): Promise<string | undefined> {
    return this.#call("mkdir", path, (at) => {
      const found = this.#find(at, "mkdir");
      if (found !== undefined) {
        if (recursive && found < 0) return undefined;
        throw systemError("EEXIST", "mkdir", at);
      }
      const missing = this.#missing(at);
      if (missing.length > 1 && !recursive) throw systemError("ENOENT", "mkdir", at);
      for (const directory of missing) this.#disk.do({ kind: "mkdir", path: directory });
      return recursive ? missing[0] : undefined;
    });
  }

  readdir(path: string): Promise<string[]>;
  readdir(path: string, options: { readonly withFileTypes: true }): Promise<CrashDirent[]>;
  async readdir(
    path: string,
    options?: { readonly withFileTypes: true },
  ): Promise<string[] | CrashDirent[]> {
    return this.#call("scandir", path, (at) => {
      const directory = this.#require(at, "scandir");
      if (directory >= 0) throw systemError("ENOTDIR", "scandir", at);
      const children = this.#disk.children(directory);
      if (options?.withFileTypes !== true) return children.map(([name]) => name);
      return children.map(([name, node]) => ({
        name,
        isFile: () => node >= 0,
        isDirectory: () => node < 0,
      }));
    });
  }

  async link(from: string, to: string): Promise<void> {
    await this.#move("link", from, to, (source, target) => {
      if (this.#require(source, "link", target) < 0) {
        throw systemError("EPERM", "link", source, target);
      }
      if (this.#find(target, "link") !== undefined) {
        throw systemError("EEXIST", "link", source, target);
      }
      this.#disk.do({ kind: "link", from: source, to: target });
    });
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#move("rename", from, to, (source, target) => {
      const node = this.#require(source, "rename", target);
      const replaced = this.#find(target, "rename");
      // Two names of one file stay as they are, says POSIX.
      if (replaced === node) return;
      if (replaced !== undefined && replaced < 0) {
        if (node >= 0) throw systemError("EISDIR", "rename", source, target);
        if (this.#disk.children(replaced).length > 0) {
          throw systemError("ENOTEMPTY", "rename", source, target);
        }
      } else if (replaced !== undefined && node < 0) {
        throw systemError("ENOTDIR", "rename", source, target);
      }
      this.#disk.do({ kind: "rename", from: source, to: target });
    });
  }

  async unlink(path: string): Promise<void> {
    await this.#call(
      "unlink",
      path,
      (at) => {
        if (this.#require(at, "unlink") < 0) throw systemError("EISDIR", "unlink", at);
        this.#disk.do({ kind: "unlink", path: at });
      },
      () => {},
    );
  }

  async rmdir(path: string): Promise<void> {
    await this.#call("rmdir", path, (at) => {
      const node = this.#require(at, "rmdir");
      if (node >= 0) throw systemError("ENOTDIR", "rmdir", at);
      if (this.#disk.children(node).length > 0) throw systemError("ENOTEMPTY", "rmdir", at);
      this.#disk.do({ kind: "rmdir", path: at });
    });
  }

  async stat(path: string): Promise<CrashStats> {
    return this.#stat("stat", path);
  }

  /** The same as `stat`, since there are no symbolic links. */
  async lstat(path: string): Promise<CrashStats> {
    return this.#stat("lstat", path);
  }

  async access(path: string, _mode?: number): Promise<void> {
    await this.#call("access", path, (at) => void this.#require(at, "access"));
  }

  async realpath(path: string): Promise<string> {
    return this.#call("realpath", path, (at) => {
      this.#require(at, "realpath");
      return at;
    });
  }

  async statfs(path: string): Promise<{
    type: number;
    bsize: number;
    blocks: number;
    bfree: number;
    bavail: number;
  }> {
    return this.#call("statfs", path, (at) => {
      this.#require(at, "statfs");
      const { capacity, freeBytes } = this.#disk;
      const free = Math.floor(Math.min(freeBytes, endlessBytes) / blockSize);
      const blocks = Math.max(1, Math.ceil(Math.min(capacity, endlessBytes) / blockSize));
      return { type: ext4, bsize: blockSize, blocks, bfree: free, bavail: free };
    });
  }

  async readFile(path: string): Promise<Buffer> {
    const file = await this.open(path, "r");
    try {
      const bytes = Buffer.alloc((await file.stat()).size);
      await file.read(bytes);
      return bytes;
    } finally {
      await file.close();
    }
  }

  /** As the one of Node does, it writes on until all is written. */
  async writeFile(
    path: string,
    data: Uint8Array | string,
    { flag = "w" }: { readonly flag?: string } = {},
  ): Promise<void> {
    const file = await this.open(path, flag);
    try {
      let rest = bytesOf(data);
      while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten);
    } finally {
      await file.close();
    }
  }

  async rm(
    path: string,
    { force = false, recursive = false }: { force?: boolean; recursive?: boolean } = {},
  ): Promise<void> {
    const node = this.#disk.tree.find(normal(path));
    if (node === undefined && force) return;
    if (node === undefined || node >= 0) return this.unlink(path);
    if (!recursive) throw systemError("EISDIR", "rm", path);
    for (const name of await this.readdir(path)) {
      await this.rm(posix.join(path, name), { force, recursive });
    }
    await this.rmdir(path);
  }

  #stat(syscall: string, path: string): Promise<CrashStats> {
    return this.#call(syscall, path, (at) => {
      const node = this.#require(at, syscall);
      const size = this.#disk.tree.contents.get(node)?.length ?? 0;
      return crashStats(node, size, this.#disk.linksTo(node));
    });
  }

  #call<Result>(
    syscall: string,
    path: string,
    act: (at: string) => Result,
    lie?: () => Result,
  ): Promise<Result> {
    const at = normal(path);
    return this.#disk.call({ syscall, path: at, act: () => act(at), ...(lie && { lie }) });
  }

  #move(
    syscall: string,
    from: string,
    to: string,
    act: (source: string, target: string) => void,
  ): Promise<void> {
    const [path, destination] = [normal(from), normal(to)];
    return this.#disk.call({
      syscall,
      path,
      destination,
      act: () => act(path, destination),
      lie: () => {},
    });
  }

  /** A directory and those above it that are not there, from the top down. */
  #missing(path: string): string[] {
    const parent = posix.dirname(path);
    const node = this.#disk.tree.find(parent);
    if (node !== undefined && node >= 0) throw systemError("ENOTDIR", "mkdir", path);
    return [...(node === undefined ? this.#missing(parent) : []), path];
  }

  #require(path: string, syscall: string, destination?: string): NodeId {
    const node = this.#find(path, syscall, destination);
    if (node === undefined) throw systemError("ENOENT", syscall, path, destination);
    return node;
  }

  /** What is at `path`, in a directory that has to be there. */
  #find(path: string, syscall: string, destination?: string): NodeId | undefined {
    const parent = this.#disk.tree.find(posix.dirname(path));
    if (parent !== undefined && parent >= 0) {
      throw systemError("ENOTDIR", syscall, path, destination);
    }
    if (parent === undefined && syscall !== "mkdir") {
      throw systemError("ENOENT", syscall, path, destination);
    }
    return this.#disk.tree.find(path);
  }
}

function abandon(file: CrashFileHandle): void {
  file.abandon();
}

/** An absolute path without `.`, `..` and a slash at its end. */
export function normal(path: string): string {
  return posix.resolve("/", path);
}
