import type { Request, Response } from 'express';
import { createBody } from '../body.js';
import type { Clock } from '../clock.js';
import { exchangeOf, type Answers } from '../exchange.js';
import { malformContract } from '../faults/malform.js';
import { PAGE_SIZE, type Generation, type Generations } from '../generations.js';
import type { RequestLog } from '../request-log.js';
import type { Contract } from '../world/contract.js';
import type { World } from '../world/world.js';
import { createStamps, type Stamp, type Stamps } from '../stamps.js';
import { readId, readPage, type Route } from './route.js';

const ITEMS_SECONDS = 3600;

const REFUSALS = {
  403: 'Contract accepted by player, requires authorization',
  404: 'Contract not found!',
} as const;

export interface ContractRouteDeps {
  answers: Answers;
  /** When the bids of each auction were last cached. */
  bidStamps: Stamps;
  clock: Clock;
  generations: Generations;
  generationSeconds: number;
  requestLog: RequestLog;
  world: World;
}

/** The public contracts of a region, their items and their bids. */
export function createContractRoutes(deps: ContractRouteDeps): Route[] {
  const { answers, bidStamps, clock, generations, world } = deps;
  const regionIds = new Set(world.regionIds);
  const itemStamps = createStamps(clock, ITEMS_SECONDS);

  function listContracts(req: Request, res: Response): void {
    const regionId = readId(req.params['region_id']);
    const page = readPage(req);
    if (page === undefined) {
      return answers.sendError(res, 400, 'page must be a whole number from 1');
    }
    if (regionId === undefined || !regionIds.has(regionId)) {
      return answers.sendError(res, 404, 'Region not found!');
    }
    const generation = serveGeneration(regionId, req, res, deps);
    if (page > generation.pages) {
      return answers.sendError(res, 404, 'Requested page does not exist!');
    }
    answers.sendCached(req, res, {
      body: spoiledPage(generation, page, res) ?? generation.body(page),
      lastModified: generation.madeAt,
      expiresAt: generation.expiresAt,
      pages: generation.pages,
    });
  }

  /** Answers for a contract whose items and bids cannot be had, and says so. */
  function refuse(contract: Contract | undefined, res: Response): boolean {
    const status = contract === undefined ? 404 : availabilityOf(contract, generations);
    if (status === 200) {
      return false;
    }
    if (status === 204) {
      const stamp = itemStamps.get(contract?.contract_id ?? 0);
      answers.sendEmpty(res, stamp.madeAt, stamp.expiresAt);
    } else {
      answers.sendError(res, status, REFUSALS[status]);
    }
    return true;
  }

  function sendRows(req: Request, res: Response, rows: readonly unknown[], stamp: Stamp): void {
    const page = readPage(req);
    const pages = Math.max(1, Math.ceil(rows.length / PAGE_SIZE));
    if (page === undefined) {
      return answers.sendError(res, 400, 'page must be a whole number from 1');
    }
    if (page > pages) {
      return answers.sendError(res, 404, 'Requested page does not exist!');
    }
    answers.sendCached(req, res, {
      body: createBody(JSON.stringify(rows.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE))),
      lastModified: stamp.madeAt,
      expiresAt: stamp.expiresAt,
      pages,
    });
  }

  function listItems(req: Request, res: Response): void {
    const contract = findContract(world, req);
    if (refuse(contract, res) || contract === undefined) {
      return;
    }
    const evicted = exchangeOf(res).fault?.fault.kind === 'evict';
    sendRows(req, res, evicted ? [] : contract.items, itemStamps.get(contract.contract_id));
  }

  function listBids(req: Request, res: Response): void {
    const contract = findContract(world, req);
    if (refuse(contract, res) || contract === undefined) {
      return;
    }
    const stamp = bidStamps.get(contract.contract_id);
    sendRows(req, res, bidsUpTo(contract, stamp.madeAt), stamp);
  }

  return [
    { method: 'get', template: '/contracts/public/{region_id}', handle: listContracts },
    { method: 'get', template: '/contracts/public/items/{contract_id}', handle: listItems },
    { method: 'get', template: '/contracts/public/bids/{contract_id}', handle: listBids },
  ];
}

/** Bids that have been made by a virtual moment. */
export function bidsUpTo(contract: Contract, time: number): Contract['bids'] {
  return contract.bids.filter((bid) => Date.parse(bid.date_bid) <= time);
}

/** Open contracts, and those that the list still shows, keep their items; the others are refused. */
function availabilityOf(contract: Contract, generations: Generations): Contract['availability'] {
  const isListed = generations.lastServed(contract.region_id)?.byId.has(contract.contract_id) ?? false;
  const now = generations.timeIn(contract.region_id);
  if (isListed || (Date.parse(contract.row.date_issued) <= now && now < contract.goneAt)) {
    return contract.availability;
  }
  return Date.parse(contract.row.date_issued) > now ? 404 : contract.refusal;
}

function findContract(world: World, req: Request): Contract | undefined {
  const contractId = readId(req.params['contract_id']);
  return contractId === undefined ? undefined : world.find(contractId);
}

function serveGeneration(
  regionId: number,
  req: Request,
  res: Response,
  { generations, generationSeconds, requestLog }: ContractRouteDeps,
): Generation {
  const fault = exchangeOf(res).fault?.fault;
  if (fault?.kind !== 'regenerate_mid_walk') {
    return generations.serve(regionId);
  }
  requestLog.release(req.path);
  return generations.regenerate(regionId, fault.advance_seconds ?? generationSeconds);
}

function spoiledPage(
  generation: Generation,
  page: number,
  res: Response,
): ReturnType<typeof malformContract> | undefined {
  const active = exchangeOf(res).fault;
  if (active?.fault.kind !== 'malformed_contract') {
    return undefined;
  }
  const rows = generation.contracts
    .slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)
    .map((contract) => contract.row);
  return malformContract(rows, active.fault.variant, active.fault.contract_id, active.applied - 1);
}
