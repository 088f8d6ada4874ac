import { races } from "./races/all-races.ts";
import type { Storm } from "./storm.ts";
import { failingSyscalls } from "./storms/failing-syscalls.ts";
import { killAtSyscalls } from "./storms/kill-at-syscalls.ts";
import { lyingWrites } from "./storms/lying-writes.ts";
import { powerLoss } from "./storms/power-loss.ts";
import { randomKills, randomNotices } from "./storms/random-kills.ts";
import { slowSyscalls } from "./storms/slow-syscalls.ts";

export const storms: readonly Storm[] = [
  randomKills,
  randomNotices,
  killAtSyscalls,
  failingSyscalls,
  lyingWrites,
  slowSyscalls,
  powerLoss,
  ...races,
];
