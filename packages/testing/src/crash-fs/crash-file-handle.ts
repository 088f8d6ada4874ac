import { constants } from "node:fs";
import type { CrashDisk } from "./crash-disk.ts";
import { type CrashStats, crashStats } from "./crash-stats.ts";
import type { NodeId } from "../power-loss/disk-tree.ts";
import { systemError } from "./system-error.ts";

/** An open file or directory on a `CrashFs`: a subset of Node's `FileHandle`. */
export class CrashFileHandle {
  readonly #disk: CrashDisk;
  readonly #node: NodeId;
  readonly #path: string;
  readonly #flags: number;
  #position = 0;
  #isClosed = false;

  constructor(disk: CrashDisk, node: NodeId, path: string, flags: number) {
    this.#disk = disk;
    this.#node = node;
    this.#path = path;
    this.#flags = flags;
    disk.opened(node);
  }

  async write<Data extends ArrayBufferView | string>(
    data: Data,
    offset = 0,
    length?: number,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffer: Data }> {
    const bytes = bytesOf(data);
    const end = length === undefined ? bytes.length : offset + length;
    return { bytesWritten: await this.#write(bytes.slice(offset, end), position), buffer: data };
  }

  async writev<Chunks extends readonly ArrayBufferView[]>(
    chunks: Chunks,
    position?: number | null,
  ): Promise<{ bytesWritten: number; buffers: Chunks }> {
    const bytes = new Uint8Array(Buffer.concat(chunks.map(bytesOf)));
    return { bytesWritten: await this.#write(bytes, position), buffers: chunks };
  }

  async read<Target extends ArrayBufferView>(
    buffer: Target,
    offset = 0,
    length: number = buffer.byteLength - offset,
    position: number | null = null,
  ): Promise<{ bytesRead: number; buffer: Target }> {
    const bytesRead = await this.#call("read", () => {
      if (this.#node < 0) throw systemError("EISDIR", "read", this.#path);
      const start = position ?? this.#position;
      const part = this.#disk.tree.content(this.#node).subarray(start, start + length);
      bytesOf(buffer).set(part, offset);
      if (position === null) this.#position += part.length;
      return part.length;
    });
    return { bytesRead, buffer };
  }

  async stat(): Promise<CrashStats> {
    return this.#call("fstat", () => {
      const size = this.#disk.tree.contents.get(this.#node)?.length ?? 0;
      return crashStats(this.#node, size, this.#disk.linksTo(this.#node));
    });
  }

  async sync(): Promise<void> {
    this.#requireOpen("fsync");
    await this.#disk.sync(this.#node, this.#path, "fsync");
  }

  async datasync(): Promise<void> {
    this.#requireOpen("fdatasync");
    await this.#disk.sync(this.#node, this.#path, "fdatasync");
  }

  async truncate(size = 0): Promise<void> {
    this.#requireWritable("ftruncate");
    await this.#call("ftruncate", () =>
      this.#disk.do({ kind: "truncate", inode: this.#node, size }),
    );
  }

  /** Whatever it answers, the handle is closed. */
  async close(): Promise<void> {
    this.#requireOpen("close");
    this.abandon();
    await this.#disk.call({ syscall: "close", path: this.#path, act: () => {} });
  }

  /** Closes it without a call, as the kernel does when nobody was told that it is open. */
  abandon(): void {
    this.#isClosed = true;
    this.#disk.closed(this.#node);
  }

  async #write(bytes: Uint8Array, position: number | null | undefined): Promise<number> {
    this.#requireWritable("write");
    const move = (count: number): number => {
      if (typeof position !== "number") this.#position += count;
      return count;
    };
    return this.#call(
      "write",
      () => move(this.#disk.write(this.#node, this.#path, this.#offset(position), bytes)),
      () => move(bytes.length),
    );
  }

  #offset(position: number | null | undefined): number {
    if ((this.#flags & constants.O_APPEND) !== 0) {
      return this.#disk.tree.content(this.#node).length;
    }
    return position ?? this.#position;
  }

  #call<Result>(syscall: string, act: () => Result, lie?: () => Result): Promise<Result> {
    this.#requireOpen(syscall);
    return this.#disk.call({ syscall, path: this.#path, act, ...(lie && { lie }) });
  }

  #requireOpen(syscall: string): void {
    if (this.#isClosed) throw systemError("EBADF", syscall, this.#path);
  }

  #requireWritable(syscall: string): void {
    this.#requireOpen(syscall);
    if ((this.#flags & (constants.O_WRONLY | constants.O_RDWR)) === 0) {
      throw systemError("EBADF", syscall, this.#path);
    }
  }
}

export function bytesOf(data: ArrayBufferView | string): Uint8Array {
  return typeof data === "string"
    ? new TextEncoder().encode(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
