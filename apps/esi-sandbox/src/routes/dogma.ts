import type { Request, Response } from 'express';
import { createBody } from '../body.js';
import type { Clock } from '../clock.js';
import { dailyLife } from '../daily.js';
import type { Answers } from '../exchange.js';
import { createRandom } from '../random.js';
import type { Replay } from '../replay.js';
import { contractOfItem } from '../world/contract.js';
import type { World } from '../world/world.js';
import { readId, type Route } from './route.js';

/** CPU, power grid, signature bonus and the like: enough to look like a mutated module. */
const ATTRIBUTES = [4, 6, 20, 30, 50, 161, 554];
const MUTATOR_TYPE = 47297;

export interface DogmaRouteDeps {
  answers: Answers;
  replay: Replay;
  world: World;
  /** Whether items of a type have attributes of their own. */
  isMutated: (typeId: number) => boolean;
  clock: Clock;
}

/** Attributes of a mutated item. ESI answers 520 for an item that is not one (https://github.com/esi/esi-issues/issues/1510). */
export function createDogmaRoutes({ answers, replay, world, isMutated, clock }: DogmaRouteDeps): Route[] {
  function isOnOffer(typeId: number, itemId: number): boolean {
    const contract = world.find(contractOfItem(itemId));
    return (contract?.items ?? []).some((item) => item.item_id === itemId && item.type_id === typeId);
  }

  function describeItem(req: Request, res: Response): void {
    const typeId = readId(req.params['type_id']) ?? 0;
    const itemId = readId(req.params['item_id']) ?? 0;
    const recorded = replay.mutatedItem(typeId, itemId);
    if (recorded === undefined && !(isMutated(typeId) && isOnOffer(typeId, itemId))) {
      return answers.sendError(res, 520, 'ItemNotFound');
    }
    const body = createBody(JSON.stringify(recorded ?? mutate(typeId, itemId)));
    answers.sendCached(req, res, { body, ...dailyLife(clock) });
  }

  return [{ method: 'get', template: '/dogma/dynamic/items/{type_id}/{item_id}', handle: describeItem }];
}

function mutate(typeId: number, itemId: number): object {
  const random = createRandom(typeId, itemId);
  return {
    created_by: 2_112_000_000 + random.between(0, 1000),
    dogma_attributes: ATTRIBUTES.map((attribute) => ({
      attribute_id: attribute,
      value: random.fraction() * 100,
    })),
    dogma_effects: [{ effect_id: 16, is_default: false }],
    mutator_type_id: MUTATOR_TYPE,
    source_type_id: typeId,
  };
}
