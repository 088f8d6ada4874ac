import { RepriseError } from "../errors.ts";
import { describePosition } from "../position/position.ts";
import type { Progress, SavedProgress } from "../position/progress.ts";
import type { Captured } from "../snapshot/capture.ts";
import { materialize, restoreInto } from "../snapshot/restore.ts";
import type { StateTree } from "../snapshot/state-tree.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { BackupSession } from "./backup-session.ts";
import type { CallbackList } from "./callback-list.ts";
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
    await callbacks.trainBegin({ resumed: false, position: progress.position });
    const { position } = progress;
    session?.options.report({
      type: "started",
      position,
      message: "nothing to resume: began anew",
    });
    return;
  }

  const { position } = recovered.metadata;
  const { report } = session.options;
  const plan = await planRestore(recovered, initial, session);
  progress.load(
    position,
    materialize(rootOf(recovered.roots, "progress")) as unknown as SavedProgress,
  );
  await callbacks.trainBegin({ resumed: true, position });

  await restoreInto(state, plan.state, "state", plan.keep);
  await loadCallbacks(callbacks, rootOf(recovered.roots, "callbacks"), session);
  if (session.isFinished) {
    const message = `already completed: ${recovered.entry.name} is of a finished run`;
    report({ type: "alreadyCompleted", position, message });
  } else {
    const message = `resumed at ${describePosition(position)} from ${recovered.entry.name}`;
    report({ type: "resumed", position, message });
  }
}

async function loadCallbacks(
  callbacks: CallbackList,
  tree: StateTree,
  session: BackupSession,
): Promise<void> {
  const saved = new Map(Object.entries(materialize(tree) as Record<string, StateDict>));
  for (const [key, callback] of callbacks.stateful) {
    const dict = saved.get(key);
    if (dict === undefined) continue;
    try {
      await callback.loadStateDict(dict);
    } catch (cause) {
      throw new RepriseError(
        "LOAD_FAILED",
        `The callback "${key}" could not load its state: ${String(cause)}`,
        { cause, details: { path: `callbacks.${key}` } },
      );
    }
  }
  const added = [...callbacks.stateful.keys()].filter((key) => !saved.has(key));
  const removed = [...saved.keys()].filter((key) => !callbacks.stateful.has(key));
  if (added.length + removed.length === 0) return;
  const message = `callbacks changed since the checkpoint: added [${added.join(", ")}], removed [${removed.join(", ")}]`;
  session.options.report({ type: "callbacksChanged", added, removed, message });
}
