import { measureCoreSize } from "./budgets/core-size.ts";
import { measureDurableSave } from "./budgets/durable-save.ts";
import { measureLoopCost } from "./budgets/loop-cost.ts";
import { measureManyTensors } from "./budgets/many-tensors.ts";
import { measurePeakMemory } from "./budgets/peak-memory.ts";
import { measureRestore } from "./budgets/restore.ts";
import { measureSlowdown } from "./budgets/slowdown.ts";
import { measureStall } from "./budgets/stall.ts";
import { measureTfjsDurableSave } from "./budgets/tfjs-durable-save.ts";
import { measureTfjsSaves } from "./budgets/tfjs-saves.ts";
import { measureTfjsSteps } from "./budgets/tfjs-steps.ts";
import type { Row } from "./row.ts";

/** What is measured for the budgets, in this order: each is given an empty folder. */
export const budgets: Readonly<Record<string, (folder: string) => Promise<Row[]>>> = {
  "loop-cost": measureLoopCost,
  stall: measureStall,
  "many-tensors": measureManyTensors,
  slowdown: measureSlowdown,
  "durable-save": measureDurableSave,
  restore: measureRestore,
  "peak-memory": measurePeakMemory,
  "core-size": measureCoreSize,
  "tfjs-steps": measureTfjsSteps,
  "tfjs-saves": measureTfjsSaves,
  "tfjs-durable-save": measureTfjsDurableSave,
};
