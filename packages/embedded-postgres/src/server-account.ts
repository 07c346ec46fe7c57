import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PostgresBinaries } from './binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { runCommand } from './run-command.js';
import type { CommandResult, UserIds } from './run-command.js';

/** How PostgreSQL's programs are run: as this user, or, where this user is root, as another one. */
export interface ServerAccount {
  /** Who must own the data; absent when it is the user of this process. */
  owner?: UserIds;
  run(command: string, args: string[]): Promise<CommandResult>;
}

/**
 * Chooses the account of the server. PostgreSQL refuses to run as root, so root hands over to the owner of existing
 * data, else to `postgres`, else to `nobody`.
 *
 * Both the programs and the data may lie below a directory that only root may enter. Only there the other user gets
 * one capability, CAP_DAC_OVERRIDE, to pass it (CAP_DAC_READ_SEARCH would do, but containers do not have it).
 */
export async function chooseServerAccount(
  binaries: PostgresBinaries,
  dataDir: string,
): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) {
    return { run: runCommand };
  }
  const owner = (await ownerOf(dataDir)) ?? (await lookUpUser('postgres')) ?? (await lookUpUser('nobody'));
  if (owner === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as. Start as an ordinary user.',
    );
  }
  const accounts: ServerAccount[] = [
    { owner, run: (command, args) => runCommand(command, args, owner) },
    { owner, run: (command, args) => runCommand('setpriv', [...passDirectories(owner), command, ...args]) },
  ];
  for (const account of accounts) {
    if (await canReach(account, binaries.postgres, dirname(dataDir))) {
      return account;
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and the user with id ${owner.uid} can reach either not ${binaries.postgres} or not ` +
      `${dirname(dataDir)}. Start as an ordinary user, or move the project and DATA_DIR out of private directories.`,
  );
}

async function ownerOf(path: string): Promise<UserIds | undefined> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined || stats.uid === 0 ? undefined : { uid: stats.uid, gid: stats.gid };
}

async function lookUpUser(name: string): Promise<UserIds | undefined> {
  const [uid, gid] = await Promise.all([runCommand('id', ['-u', name]), runCommand('id', ['-g', name])]);
  return uid.exitCode === 0 && gid.exitCode === 0
    ? { uid: Number(uid.output), gid: Number(gid.output) }
    : undefined;
}

function passDirectories(user: UserIds): string[] {
  return [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    // Else access(2), which initdb and pg_ctl ask first, disregards capabilities of anybody but root.
    '--securebits=+no_setuid_fixup',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
  ];
}

async function canReach(account: ServerAccount, program: string, directory: string): Promise<boolean> {
  const result = await account.run('/bin/sh', ['-c', '"$0" --version && test -x "$1"', program, directory]);
  return result.exitCode === 0;
}
