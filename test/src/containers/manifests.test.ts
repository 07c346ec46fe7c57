import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { QUEUE_NAMES } from '@hangar-bay/queues';
import type { Deployment } from 'kubernetes-types/apps/v1.js';
import type { Job } from 'kubernetes-types/batch/v1.js';
import type { ConfigMap, Container } from 'kubernetes-types/core/v1.js';
import { parse, parseAllDocuments } from 'yaml';
import { checkManifestTypes, type Manifest } from './check-manifest-types.js';
import { findProblems } from './environments.js';
import { REPOSITORY } from './execute-build.js';

const FOLDER = path.join(REPOSITORY, 'docker/kubernetes');
const OVERLAYS = ['base', 'overlays/development', 'overlays/production'];
const isKustomizeHere = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, 'kubectl')));

const FILES = (readdirSync(FOLDER, { recursive: true }) as string[]).filter(
  (file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'),
);

/** What kustomize makes of an overlay; without kubectl, the files themselves. */
function read(overlay: string): Manifest[] {
  const text = isKustomizeHere
    ? execFileSync('kubectl', ['kustomize', path.join(FOLDER, overlay)], { encoding: 'utf8' })
    : readTexts('base', overlay);
  return parseManifests(text);
}

const readFiles = (folder: string): Manifest[] => parseManifests(readTexts(folder));

function readTexts(...folders: string[]): string {
  return FILES.filter((file) => folders.some((folder) => file.startsWith(`${folder}/`)))
    .map((file) => readFileSync(path.join(FOLDER, file), 'utf8'))
    .join('\n---\n');
}

function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

if (!isKustomizeHere) {
  console.warn(
    'kubectl is not installed: the manifests are checked as they stand, not as kustomize joins them.',
  );
}

function podsOf(manifests: readonly Manifest[]): { app: string; container: Container }[] {
  return manifests
    .filter(
      ({ kind, metadata }) => /^(Deployment|Job)$/.test(kind) && metadata.name.startsWith('hangar-bay-'),
    )
    .flatMap((manifest) => {
      const { template } = (manifest as Deployment | Job).spec as {
        template: { spec: { containers: Container[] } };
      };
      const app = manifest.metadata.name.replace('hangar-bay-', '');
      return template.spec.containers.map((container) => ({ app, container }));
    });
}

/** Names and plain values; those of secrets are undefined. */
function environmentOf({ env = [], envFrom = [] }: Container, manifests: readonly Manifest[]) {
  const settings = envFrom.flatMap(({ configMapRef }) => {
    const map = manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === configMapRef?.name,
    );
    return Object.entries((map as ConfigMap | undefined)?.data ?? {});
  });
  const own = env
    .filter(({ valueFrom }) => valueFrom?.secretKeyRef?.optional !== true)
    .map(({ name, value }) => [name, value] as const);
  return Object.fromEntries([...settings, ...own]) as Record<string, string | undefined>;
}

describe.each(OVERLAYS)('docker/kubernetes/%s', (overlay) => {
  const manifests = read(overlay);

  test('holds only kinds and fields that Kubernetes has', async () => {
    const own = manifests.filter(({ apiVersion }) => !apiVersion.startsWith('keda.sh/'));
    expect(await checkManifestTypes(own)).toBe('');
  });

  test('gives every app an environment that it starts with', () => {
    const pods = podsOf(manifests);
    expect(pods.map(({ app }) => app).sort()).toEqual(['api', 'migrate', 'worker']);
    for (const { app, container } of pods) {
      expect(findProblems(app as 'api', environmentOf(container, manifests))).toEqual([]);
      const names = (container.env ?? []).map(({ name }) => [name, undefined]);
      expect(
        findProblems(app as 'api', Object.fromEntries(names) as Record<string, undefined>).filter((problem) =>
          problem.includes('is not read'),
        ),
      ).toEqual([]);
    }
  });

  test('asks probes where they are, at the port that the environment sets', () => {
    for (const { app, container } of podsOf(manifests).filter((each) => each.app !== 'migrate')) {
      const port = container.ports?.[0];
      const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe];
      expect(probes.map((probe) => probe?.httpGet)).toEqual(
        ['live', 'live', 'ready'].map((word) => ({ path: `/health/${word}`, port: port?.name })),
      );
      const values = environmentOf(container, manifests);
      const told = app === 'api' ? values['PORT'] : values['PROBE_PORT'];
      // Settings are known only where kustomize has made the map of them.
      expect(told ?? String(port?.containerPort)).toBe(String(port?.containerPort));
    }
  });

  test('lets no container be root or write to its own file system', () => {
    for (const { container } of podsOf(manifests)) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources?.requests).toBeDefined();
    }
  });

  test('selects by labels that pods have', () => {
    const labels = manifests
      .filter(({ kind }) => kind === 'Deployment')
      .map((each) => (each as Deployment).spec?.template.metadata?.labels?.['app.kubernetes.io/name']);
    const wanted = manifests
      .filter(({ kind }) => kind === 'Service')
      .map(({ spec }) => (spec as { selector: Record<string, string> }).selector['app.kubernetes.io/name']);
    expect(wanted.filter((label) => !labels.includes(label))).toEqual([]);
  });

  test('scales by the list in which jobs of the longest queue wait', () => {
    const scaled = manifests.find(({ kind }) => kind === 'ScaledObject');
    const { scaleTargetRef, triggers } = scaled?.spec as {
      scaleTargetRef: { name: string };
      triggers: { metadata: { listName: string } }[];
    };
    expect(
      manifests.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === scaleTargetRef.name),
    ).toBe(true);
    expect(triggers.map(({ metadata }) => metadata.listName)).toEqual(['hangar-bay:contract:wait']);
    expect(QUEUE_NAMES).toContain('contract');
  });
});

test('every kustomization names files that exist, and every file is named by one', () => {
  const named = [...OVERLAYS, 'monitoring'].flatMap((overlay) => {
    const { resources } = parse(readFileSync(path.join(FOLDER, overlay, 'kustomization.yaml'), 'utf8')) as {
      resources: string[];
    };
    return resources.map((resource) => path.join(overlay, resource));
  });
  expect(named.filter((name) => !existsSync(path.join(FOLDER, name)))).toEqual([]);
  expect(FILES.filter((file) => !named.includes(file))).toEqual([]);
});

test('docker/kubernetes/monitoring asks the pods at ports that they have, and has the alerts of compose', () => {
  const monitors = readFiles('monitoring').filter(({ kind }) => kind === 'PodMonitor');
  const asked = monitors.map(({ spec }) => {
    const { selector, podMetricsEndpoints } = spec as {
      selector: { matchLabels: Record<string, string> };
      podMetricsEndpoints: { port: string; authorization: { credentials: object } }[];
    };
    return {
      ...selector.matchLabels,
      port: podMetricsEndpoints[0]?.port,
      ...podMetricsEndpoints[0]?.authorization,
    };
  });
  const pods = podsOf(readFiles('base')).filter(({ app }) => app !== 'migrate');
  expect(asked).toEqual(
    pods.map(({ app, container }) => ({
      'app.kubernetes.io/name': `hangar-bay-${app}`,
      port: container.ports?.[0]?.name,
      credentials: container.env?.find(({ name }) => name === 'METRICS_TOKEN')?.valueFrom?.secretKeyRef,
    })),
  );
  const rules = readFiles('monitoring').find(({ kind }) => kind === 'PrometheusRule');
  expect(rules?.spec).toEqual(
    parse(readFileSync(path.join(REPOSITORY, 'docker/prometheus/alerts.yml'), 'utf8')),
  );
});
