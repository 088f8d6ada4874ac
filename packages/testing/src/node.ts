export type { KillPoint } from "./process/kill-point.ts";
export { randomKills } from "./process/random-kills.ts";
export { runScript, type ScriptOptions, type ScriptResult } from "./process/run-script.ts";
export { type Attempt, survive, type Survival, type SurviveOptions } from "./process/survive.ts";
