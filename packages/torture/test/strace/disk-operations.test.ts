import { expect, test } from "@jest/globals";
import { DiskImage } from "@reprise/testing/node";
import { toDiskOperations } from "../../src/strace/disk-operations.ts";
import { parseTrace } from "../../src/strace/trace-log.ts";

/** A text as `strace -xx` writes it. */
function hex(text: string): string {
  return Buffer.from(text)
    .toString("hex")
    .replaceAll(/../g, String.raw`\x$&`);
}

const recording = { folder: "/run", from: new DiskImage(), account: "/told" };
const file = (path: string): string => `18<${hex(path)}>`;

function operationsOf(...calls: readonly string[]): unknown[] {
  const log = calls.map((call) => `7511  ${call}\n`).join("");
  return toDiskOperations(parseTrace(log), recording);
}

test("repeats a save: directory, file, link, unlink and all syncs", () => {
  const operations = operationsOf(
    `mkdir("${hex("/run/b")}", 0777) = 0`,
    `openat(AT_FDCWD<${hex("/work")}>, "${hex("/run/b/t")}", O_WRONLY|O_CREAT|O_EXCL, 0666) = ${file("/run/b/t")}`,
    `pwritev(${file("/run/b/t")}, [{iov_base="${hex("ab")}", iov_len=2}, {iov_base="${hex("cd")}", iov_len=2}], 2, 4) = 3`,
    `fdatasync(${file("/run/b/t")}) = 0`,
    `link("${hex("/run/b/t")}", "${hex("/run/b/c")}") = 0`,
    `unlink("${hex("/run/b/t")}") = 0`,
    `openat(AT_FDCWD<${hex("/work")}>, "${hex("/run/b")}", O_RDONLY) = ${file("/run/b")}`,
    `fsync(${file("/run/b")}) = 0`,
    `fsync(${file("/run")}) = 0`,
    `write(${file("/run/told")}, "${hex("3\n")}", 2) = 2`,
  );
  expect(operations).toEqual([
    { kind: "mkdir", path: "/b" },
    { kind: "create", path: "/b/t", inode: 1 },
    { kind: "write", inode: 1, offset: 4, data: new Uint8Array(Buffer.from("abc")) },
    { kind: "syncFile", inode: 1 },
    { kind: "link", from: "/b/t", to: "/b/c" },
    { kind: "unlink", path: "/b/t" },
    { kind: "syncDirectory", path: "/b" },
    { kind: "syncDirectory", path: "/" },
    { kind: "mark", label: "3" },
  ]);
});

test("leaves out what failed and what is elsewhere", () => {
  const operations = operationsOf(
    `fsync(${file("/run")}) = -1 EIO (Input/output error)`,
    `mkdir("${hex("/runner/b")}", 0777) = 0`,
    `write(7<anon_inode:[eventfd]>, "${hex("1")}", 1) = 1`,
  );
  expect(operations).toEqual([]);
});

test("refuses a call that it cannot repeat, and a write of which bytes are missing", () => {
  const append = `write(${file("/run/f")}, "${hex("a")}", 1) = 1`;
  expect(() => operationsOf(append)).toThrow("cannot be repeated");
  const create = `openat(AT_FDCWD<${hex("/")}>, "${hex("/run/f")}", O_CREAT, 0666) = ${file("/run/f")}`;
  const cut = `pwrite64(${file("/run/f")}, "${hex("a")}"..., 9, 0) = 9`;
  expect(() => operationsOf(create, cut)).toThrow("not have all bytes");
});
