/** A device of WebGPU, as far as it tells that it was lost. */
export interface Device {
  readonly lost?: Promise<{ readonly message?: string }>;
}

/** A context of WebGL, as far as it tells that it was lost. */
export interface Context {
  isContextLost?(): boolean;
  /** Absent, or no target of events, where there is no browser. */
  readonly canvas?: Partial<Canvas>;
}

interface Canvas {
  addEventListener(type: "webglcontextlost", listener: () => void): void;
  removeEventListener(type: "webglcontextlost", listener: () => void): void;
}

type Listener = (reason: string) => void;

/** What is known of a device. */
interface Watch {
  reason: string | undefined;
  readonly listeners: Set<Listener>;
}

// One handler for each device: its promise is there for as long as the process, and so is whatever waits
// for it, while a training reads millions of tensors.
const watches = new WeakMap<Device, Watch>();

/** Why a device was lost, if it was. */
export function reasonOfLoss(device: Device | undefined): string | undefined {
  return device && watchOf(device).reason;
}

/** Tells `listener` when the device is lost. Returns what ends that. */
export function onLoss(device: Device | undefined, listener: Listener): () => void {
  if (device === undefined) return () => {};
  const { listeners } = watchOf(device);
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells `listener` when the context is lost. Returns what ends that. */
export function onContextLoss(context: Context | undefined, listener: () => void): () => void {
  const canvas = context?.canvas;
  canvas?.addEventListener?.("webglcontextlost", listener);
  return () => canvas?.removeEventListener?.("webglcontextlost", listener);
}

function watchOf(device: Device): Watch {
  const known = watches.get(device);
  if (known) return known;
  const watch: Watch = { reason: undefined, listeners: new Set() };
  watches.set(device, watch);
  if (device.lost) void follow(device.lost, watch);
  return watch;
}

async function follow(lost: NonNullable<Device["lost"]>, watch: Watch): Promise<void> {
  const { message = "" } = await lost;
  watch.reason = message;
  for (const listener of watch.listeners) listener(message);
}
