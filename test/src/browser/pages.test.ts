import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GiveUpError, createConsumer, createProducer, type Producer } from '@hangar-bay/queues';
import type { Browser, Page } from 'playwright-core';
import request from 'supertest';
import { PASSWORD, startApi, twoOperators, type ApiUnderTest } from '../api/api-under-test.js';
import { testServices } from '../setup/test-services.js';
import { waitUntil } from '../setup/wait-until.js';
import { launchBrowser, openPage } from './browser-under-test.js';

let api: ApiUnderTest;
let producer: Producer;

const FAILED = 'contract-210000001';
const QUEUE = '/admin/queues/queue/contract';

beforeAll(async () => {
  // Plain http on loopback, as on a developer's machine.
  api = await startApi({ OPS_USERS: twoOperators(), NODE_ENV: 'development' });
  producer = createProducer({ url: api.queueUrl, onError: () => undefined });
  await producer.addContracts([{ contract_id: 210000001, run_id: 'run-1' }]);
  let hasFailed = false;
  const consumer = createConsumer('contract', () => Promise.reject(new GiveUpError('made to fail')), {
    broker: producer.broker,
    concurrency: 1,
    onError: () => undefined,
    onCompleted: () => undefined,
    onFailed: () => {
      hasFailed = true;
    },
  });
  await consumer.start();
  await waitUntil(() => hasFailed, { what: 'the job has failed' });
  await consumer.stop(0);
});

afterAll(async () => {
  await producer.close();
  await api.stop();
});

test.each(['/admin/sign-in', '/docs'])('%s names no other host', async (path) => {
  const { text } = await request(api.url).get(path).expect(200);
  expect([...text.matchAll(/(?:href|src|action)="([^"]+)"/g)].map(([, target]) => target)).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/^(https?:)?\/\//)]),
  );
});

const { chromiumPath } = testServices();

if (chromiumPath !== undefined) {
  describe('in a browser', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await launchBrowser(chromiumPath);
    });

    afterAll(() => browser.close());

    async function signIn(page: Page, name: string): Promise<void> {
      await page.goto(`${api.url}${QUEUE}`);
      await page.getByLabel('Name').fill(name);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.waitForURL(`**${QUEUE}`);
    }

    const jobOn = (page: Page) => page.getByText(FAILED).first().waitFor();
    // Its buttons are pictures without names: the menu of the queue, and those of each job.
    const menuOn = (page: Page) => page.locator('[class^=trailing] button[aria-haspopup=menu]');
    const actionsOn = (page: Page) => page.locator('[class^=jobActions] button');

    test('a viewer sees the jobs and no action', async () => {
      const { page, foreignRequests } = await openPage(browser, api.url);
      await signIn(page, 'vic');
      await jobOn(page);
      expect(await menuOn(page).count()).toBe(0);
      expect(await actionsOn(page).count()).toBe(0);
      expect(foreignRequests).toEqual([]);
    });

    test('an operator signs in, sees the jobs, and may act on them', async () => {
      const { page, foreignRequests } = await openPage(browser, api.url);
      await signIn(page, 'ada');
      await jobOn(page);
      expect(await menuOn(page).count()).toBe(1);
      await actionsOn(page).first().click();
      await page.getByRole('button', { name: 'Confirm' }).click();
      const queue = producer.queues.find(({ name }) => name === 'contract');
      await waitUntil(async () => (await queue?.getWaitingCount()) === 1, { what: 'the job is retried' });
      expect(foreignRequests).toEqual([]);
    });

    test('a wrong password stays on the page and says so', async () => {
      const { page } = await openPage(browser, api.url);
      await page.goto(`${api.url}${QUEUE}`);
      await page.getByLabel('Name').fill('ada');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('No operator has this name and password');
    });

    test('a session goes on without the password when the access token has ended, until signing out', async () => {
      const { page } = await openPage(browser, api.url);
      await signIn(page, 'ada');
      await page.context().clearCookies({ name: 'hangar_bay_session' });
      await page.goto(`${api.url}${QUEUE}`);
      await jobOn(page);

      await page.goto(`${api.url}/admin/sign-in`);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Password').waitFor();
      expect(await page.context().cookies()).toEqual([]);
      await page.goto(`${api.url}${QUEUE}`);
      await page.getByLabel('Password').waitFor();
    });

    test('the documentation renders, and asks no other host for anything', async () => {
      const { page, foreignRequests, errors } = await openPage(browser, api.url);
      await page.goto(`${api.url}/docs`);
      await page.locator('.opblock').first().waitFor();
      expect(await page.locator('.opblock').count()).toBeGreaterThan(10);
      await page.locator('.opblock-summary-control').first().click();
      await page.locator('.opblock-body').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(foreignRequests).toEqual([]);
      expect(errors).toEqual([]);
    });
  });
}
