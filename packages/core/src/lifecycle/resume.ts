import { describePosition } from "../position/position.ts";
import type { Progress, SavedProgress } from "../position/progress.ts";
import { bornOf } from "../snapshot/born.ts";
import type { Captured } from "../snapshot/capture.ts";
import { materialize, restoreInto } from "../snapshot/restore.ts";
import { entriesOf, type StateNode, type StateTree } from "../snapshot/state-tree.ts";
import type { BackupSession } from "./backup-session.ts";
import type { CallbackList } from "./callback-list.ts";
import type { Report } from "../event.ts";
import { planRestore } from "./restore-plan.ts";
import { rootOf } from "./root-of.ts";

/** Brings a program that has just started to where the checkpoint is, or begins it. */
export async function resume(
  session: BackupSession | undefined,
  initial: Captured,
  program: {
    readonly state: unknown;
    readonly callbacks: CallbackList;
    readonly progress: Progress;
  },
): Promise<void> {
  const { callbacks, progress, state } = program;
  const recovered = session?.recovered;
  if (session === undefined || recovered === undefined) {
    await callbacks.call("onTrainBegin", { resumed: false, position: progress.position });
    if (session === undefined) return;
    const { position } = progress;
    session.born = bornOf(initial.roots["state"]);
    session.options.report({ type: "started", position, message: "began anew" });
    return;
  }

  const { position } = recovered.metadata;
  const { report } = session.options;
  const plan = await planRestore(recovered, initial, session);
  session.born = plan.born;
  progress.load(
    position,
    materialize(rootOf(recovered.roots, "progress")) as unknown as SavedProgress,
  );
  await callbacks.call("onTrainBegin", { resumed: true, position });

  await restoreInto(state, plan.state, "state", plan.keep);
  await loadCallbacks(callbacks, rootOf(recovered.roots, "callbacks"), report);
  const { name } = recovered.entry;
  report(
    session.isFinished
      ? {
          type: "alreadyCompleted",
          position,
          message: `already completed: ${name} is of a finished run`,
        }
      : {
          type: "resumed",
          position,
          message: `resumed at ${describePosition(position)} from ${name}`,
        },
  );
}

async function loadCallbacks(
  callbacks: CallbackList,
  saved: StateTree,
  report: Report,
): Promise<void> {
  const added = new Set(callbacks.stateful.keys());
  const removed: string[] = [];
  for (const [key, tree] of entriesOf(saved as StateNode)) {
    const name = String(key);
    const callback = callbacks.stateful.get(name);
    if (callback) await restoreInto(callback, tree, `callbacks.${name}`);
    if (!added.delete(name)) removed.push(name);
  }
  if (added.size + removed.length === 0) return;
  const changes = { added: [...added], removed };
  const message = `callbacks changed: ${JSON.stringify(changes)}`;
  report({ type: "callbacksChanged", ...changes, message });
}
