/** An event as it goes over the wire; `data` is JSON, which has no line feed of its own. */
export function eventFrame(id: string, event: string, data: object): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Sets the id that a client goes on from, without an event. */
export function positionFrame(id: string): string {
  return `id: ${id}\n\n`;
}

/** Keeps proxies from taking the connection for dead. */
export const HEARTBEAT = ': alive\n\n';

/** How long a client waits before it connects again. */
export function retryFrame(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`;
}
