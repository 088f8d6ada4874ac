/**
 * Resolves in a later turn of the event loop, so that whatever waits for one goes on. Works in Node and
 * in browsers, which make a chain of timers wait.
 */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    // An open port would keep a process alive.
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
