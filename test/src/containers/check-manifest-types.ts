import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './execute-build.js';

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
}

const MODULES: Readonly<Record<string, string>> = { v1: 'core/v1' };
const OPTIONS = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--pretty', 'false'];

/**
 * Holds manifests against the types of Kubernetes' own kinds, as literals: a field that does not exist is an error too.
 *
 * @returns what the compiler says of them; empty where they are right
 */
export async function checkManifestTypes(manifests: readonly Manifest[]): Promise<string> {
  const source = manifests
    .map((manifest, index) => {
      const module = MODULES[manifest.apiVersion] ?? manifest.apiVersion.replace('.k8s.io', '');
      return [
        `import type { ${manifest.kind} as Kind${index} } from 'kubernetes-types/${module}.js';`,
        `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest)};`,
      ].join('\n');
    })
    .join('\n');
  const modules = path.join(REPOSITORY, 'test/node_modules');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hangar-bay-manifests-'));
  try {
    await symlink(modules, path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(path.join(folder, 'manifests.ts'), source);
    await promisify(execFile)(path.join(modules, '.bin/tsc'), [...OPTIONS, 'manifests.ts'], { cwd: folder });
    return '';
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
