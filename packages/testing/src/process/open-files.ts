import { constants } from "node:fs";
import type { DirectoryScope } from "./directory-scope.ts";

/** Knows which file descriptors belong to files in a directory, of those that are open. */
export class OpenFiles {
  readonly #paths = new Map<number, string>();
  readonly #scope: DirectoryScope;

  constructor(scope: DirectoryScope) {
    this.#scope = scope;
  }

  /** Notes that `path` was opened. */
  opened(file: unknown, path: unknown): void {
    const descriptor = descriptorOf(file);
    const local = this.#scope.locate(path);
    if (descriptor !== undefined && local !== undefined) this.#paths.set(descriptor, local);
  }

  /** Notes that the descriptor is free, since what is not watched may get it next. */
  closed(file: unknown): void {
    const descriptor = descriptorOf(file);
    if (descriptor !== undefined) this.#paths.delete(descriptor);
  }

  /** The path of an open file as seen from the directory, or `undefined` where it is outside. */
  locate(file: unknown): string | undefined {
    const descriptor = descriptorOf(file);
    return descriptor === undefined ? undefined : this.#paths.get(descriptor);
  }
}

/** The number behind a file descriptor or a `FileHandle`; a path has none. */
export function descriptorOf(file: unknown): number | undefined {
  if (typeof file === "number") return file;
  const descriptor = (file as { fd?: unknown } | null | undefined)?.fd;
  return typeof descriptor === "number" ? descriptor : undefined;
}

/** Whether a file that is opened with `flags` can be created, emptied or written. */
export function opensForWriting(flags: unknown): boolean {
  const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND } = constants;
  if (typeof flags === "number") {
    return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND)) !== 0;
  }
  return typeof flags === "string" && !["r", "rs", "sr"].includes(flags);
}
