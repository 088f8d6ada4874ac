import { expect, test } from "@jest/globals";
import { parseTrace } from "../../src/strace/trace-log.ts";

const log = `7504  openat(AT_FDCWD</work>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 17</etc/hosts>
7511  openat(AT_FDCWD</work>, "/run/backup", O_RDONLY|O_CLOEXEC <unfinished ...>
7504  write(1<pipe:[5]>, "a = (b) = 1\\n", 12) = 12
7511  <... openat resumed>)             = 18</run/backup>
7511  statx(18</run/backup>, "", AT_EMPTY_PATH, STATX_ALL,  <unfinished ...>
7511  <... statx resumed>{stx_mode=S_IFDIR|0755, ...}) = 0
7504  openat(AT_FDCWD</work>, "/run/none", O_RDONLY) = -1 ENOENT (No such file or directory)
7511  fsync(18</run/backup>)            = -1 EIO (Input/output error) (INJECTED)
7511  close(18</run/backup> <unfinished ...>) = ?
7504  --- SIGCHLD {si_signo=SIGCHLD} ---
7504  +++ killed by SIGKILL +++
`;

test("reads calls of several threads, in the order in which they began", () => {
  const read = parseTrace(log).map(({ thread, name, number, result, isFirst }) =>
    [thread, name, number, result, isFirst].join(" "),
  );
  expect(read).toEqual([
    "7504 openat 1 17</etc/hosts> true",
    "7511 openat 1 18</run/backup> false",
    "7504 write 1 12 true",
    "7511 statx 1 0 true",
    "7504 openat 2 -1 ENOENT (No such file or directory) true",
    "7511 fsync 1 -1 EIO (Input/output error) (INJECTED) true",
    "7511 close 1 ? true",
  ]);
});

test("joins the arguments of a call that was interrupted by those of another thread", () => {
  const [, openat, write, statx] = parseTrace(log);
  expect(openat?.args).toBe('AT_FDCWD</work>, "/run/backup", O_RDONLY|O_CLOEXEC');
  expect(write?.args).toBe('1<pipe:[5]>, "a = (b) = 1\\n", 12');
  expect(statx?.args).toContain("S_IFDIR|0755");
});
