import fs, { type OpenMode } from "node:fs";
import type { DirectoryScope } from "./directory-scope.ts";
import { descriptorOf, type OpenFiles } from "./open-files.ts";
import { bytesOfData, type PendingWrite } from "./write-arguments.ts";

// Taken before they are watched; named imports would follow the watched ones.
const { openSync, writeSync } = fs;

/**
 * Is told of an operation before it is executed. `reach` brings the directory into the state in
 * which a process that dies within the operation leaves it, after half of its bytes or before any.
 */
export type OnFileOperation = (description: string, reach?: (half: boolean) => void) => void;

/** Says of each call what it does to a directory, if anything. */
export class FileOperations {
  readonly #scope: DirectoryScope;
  readonly #files: OpenFiles;
  readonly #report: OnFileOperation;

  constructor(scope: DirectoryScope, files: OpenFiles, report: OnFileOperation) {
    this.#scope = scope;
    this.#files = files;
    this.#report = report;
  }

  /** A call that changes the entries of the directory. */
  onPaths(name: string, paths: readonly unknown[]): void {
    const places = paths.map((path) => this.#scope.locate(path));
    if (places.every((place) => place === undefined)) return;
    this.#report(`${name} ${places.map((place) => place ?? "(outside)").join(" -> ")}`);
  }

  /** A call on an open file. */
  onFile(name: string, file: unknown): void {
    const place = this.#files.locate(file);
    if (place !== undefined) this.#report(`${name} ${place}`);
  }

  /** A call that writes to an open file. */
  onWrite(file: unknown, write: PendingWrite): void {
    const place = this.#files.locate(file);
    const descriptor = descriptorOf(file);
    if (place === undefined || descriptor === undefined) return;
    this.#report(`write ${place}: ${write.bytes.length} bytes`, (half) => {
      if (half) writeHalf(descriptor, write);
    });
  }

  /** `writeFile` and `appendFile`: two operations, since a process can die between them. */
  onWholeFile(flag: "w" | "a", [file, data, given]: readonly unknown[]): void {
    const options = optionsOf(given);
    const write = { bytes: bytesOfData(data, options.encoding ?? "utf8"), position: null };
    if (descriptorOf(file) !== undefined) {
      this.onWrite(file, write);
      return;
    }
    const place = this.#scope.locate(file);
    if (place === undefined) return;
    this.#report(`open ${place}`);
    this.#report(`write ${place}: ${write.bytes.length} bytes`, (half) => {
      const descriptor = openSync(file as string, options.flag ?? flag, options.mode);
      if (half) writeHalf(descriptor, write);
    });
  }
}

interface FileOptions {
  readonly encoding?: BufferEncoding | null;
  readonly flag?: OpenMode;
  readonly mode?: number;
}

function optionsOf(given: unknown): FileOptions {
  if (typeof given === "string") return { encoding: given as BufferEncoding };
  return typeof given === "object" && given !== null ? given : {};
}

function writeHalf(descriptor: number, { bytes, position }: PendingWrite): void {
  writeSync(descriptor, bytes, 0, Math.floor(bytes.length / 2), position);
}
