interface Port {
  addEventListener(type: "message", listener: () => void): void;
  start(): void;
  postMessage(message: null): void;
  close(): void;
}

// The package is compiled without the types of Node and of browsers; this is what it needs of either.
const environment = globalThis as unknown as {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel: new () => { readonly port1: Port; readonly port2: Port };
};

/** Lets timers, input and the training loop run. Not a timer: those of a hidden tab run once a minute. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (environment.setImmediate) {
      environment.setImmediate(resolve);
      return;
    }
    const { port1, port2 } = new environment.MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
