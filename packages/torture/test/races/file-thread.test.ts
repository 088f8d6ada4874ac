import { expect, test } from "@jest/globals";
import { countCalls, stopPoints } from "../../src/races/file-thread.ts";

const log = `openat(AT_FDCWD</work>, "/r/race-aB3x9Q/backup", O_RDONLY) = 18</r/race-aB3x9Q/backup>
write(16<anon_inode:[eventfd]>, "\\1\\0"..., 8) = 8
getdents64(18</r/race-aB3x9Q/backup>, 0x7f9a /* 3 entries */, 32768) = 80
getdents64(18</r/race-aB3x9Q/backup>, 0x7f9a /* 0 entries */, 32768) = 0
openat(AT_FDCWD</work>, "/proc/7116/task/7116/stat", O_RDONLY) = 19</proc/7116/task/7116/stat>
openat(AT_FDCWD</work>, "/r/race-aB3x9Q/backup/lease-1.json.be323640aeaeef68.tmp", O_WRONLY) = 18</r/race-aB3x9Q/backup/lease-1.json.be323640aeaeef68.tmp>
statx(18</r/race-aB3x9Q/backup/lease-1.json.be323640aeaeef68.tmp>, "", AT_EMPTY_PATH, STATX_ALL, {}) = 0
write(18</r/race-aB3x9Q/backup/lease-1.json.be323640aeaeef68.tmp>, "{\\"reprise\\":1,\\"fe"..., 307) = 307
link("/r/race-aB3x9Q/backup/lease-1.json.be323640aeaeef68.tmp", "/r/race-aB3x9Q/backup/lease-1.json") = 0
--- SIGSTOP {si_signo=SIGSTOP, si_code=SI_KERNEL} ---
`;

test("calls are counted for each name, whatever they are about", () => {
  expect(countCalls(log).map(({ name, nth }) => `${name} ${nth}`)).toEqual([
    "openat 1",
    "write 1",
    "getdents64 1",
    "getdents64 2",
    "openat 2",
    "openat 3",
    "statx 1",
    "write 2",
    "link 1",
  ]);
});

test("those that another process can notice, or that notice it, are told without what is random", () => {
  const stat = { name: "openat", nth: 2, about: "/proc/N/task/N/stat", returned: 19 };
  expect(stopPoints(countCalls(log), "/r/race-aB3x9Q")).toEqual([
    { name: "openat", nth: 1, about: "backup", returned: 18 },
    { name: "getdents64", nth: 1, about: "backup", returned: 80 },
    stat,
    { name: "openat", nth: 3, about: "backup/lease-1.json.tmp", returned: 18 },
    { name: "write", nth: 2, about: "backup/lease-1.json.tmp", returned: 307 },
    {
      name: "link",
      nth: 1,
      about: "backup/lease-1.json.tmp backup/lease-1.json",
      returned: 0,
    },
  ]);
});
