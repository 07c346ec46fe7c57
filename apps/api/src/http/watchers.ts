import type { Exchange } from './exchange.js';

const ROUTES = new Set(['/health/live', '/health/ready', '/metrics']);

/** Whether it comes from those who watch the API every few seconds, and not from its users. */
export const isOfWatchers = ({ route }: Exchange): boolean => ROUTES.has(route);
