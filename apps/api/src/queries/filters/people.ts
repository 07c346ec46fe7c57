import { sql } from '@hangar-bay/database';
import { yesOrNo } from '../../http/parameters.js';
import { isOneOf } from '../is-one-of.js';
import { INT53_MAX } from '../limits.js';
import { filter, idsUpTo } from './filter.js';

export const peopleFilters = {
  issuer_id: filter({
    ...idsUpTo(INT53_MAX, 'Characters who issued the contract'),
    where: (ids) => isOneOf(sql`c.issuer_id`, ids, 'bigint'),
  }),
  issuer_corporation_id: filter({
    ...idsUpTo(INT53_MAX, 'Corporations of the issuers'),
    where: (ids) => isOneOf(sql`c.issuer_corporation_id`, ids, 'bigint'),
  }),
  for_corporation: filter({
    ...yesOrNo('Whether it was issued on behalf of the corporation'),
    where: (isForCorporation) => sql`c.for_corporation = ${isForCorporation}::boolean`,
  }),
};
