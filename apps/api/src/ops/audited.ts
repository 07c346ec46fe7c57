import { beginAudit, endAudit, type AuditedAction, type Database } from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';

interface Deps {
  readonly db: Database;
  readonly logger: Logger;
}

/**
 * Writes an action down before it begins, so that none is without a trace.
 *
 * @returns what to call with the status of its answer.
 * @throws what the database throws; then nothing may be done.
 */
export async function openAudit(
  { db, logger }: Deps,
  action: AuditedAction,
): Promise<(status: number) => Promise<void>> {
  const auditId = await beginAudit(db, action);
  logger.info('operator action', { operator: action.operator, action: action.action, target: action.target });
  return async (status) => {
    try {
      await endAudit(db, auditId, status);
    } catch (error) {
      // The entry stays as started, which is true enough.
      logger.error('the end of an action could not be written down', { audit_id: Number(auditId), error });
    }
  };
}
