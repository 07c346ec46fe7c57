/**
 * What PostgreSQL was measured with (docs/performance.md), for one person's machine too: durable, and no more memory than
 * that. Twice the buffers change nothing, half of them make lists a tenth slower where a million contracts are on offer.
 * docker/compose.yaml and the manifests say the same.
 */
export const MEASURED_SETTINGS = { shared_buffers: '512MB', max_connections: '100', work_mem: '16MB' };
