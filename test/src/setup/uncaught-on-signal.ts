/** A module to load before a program: SIGUSR1 makes it throw what nobody catches, SIGUSR2 reject what nobody awaits. */
export const UNCAUGHT_ON_SIGNAL = `data:text/javascript,${encodeURIComponent(
  `process.on('SIGUSR1', () => setImmediate(() => { throw new Error('nobody caught this'); }));
   process.on('SIGUSR2', () => void Promise.reject(new Error('nobody awaited this')));`,
)}`;
