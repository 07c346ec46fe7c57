export {
  CLASSIFICATION_VERSION,
  SHIP_CATEGORY_ID,
  classifyContract,
  kindOfType,
  type Classification,
  type CopiedItem,
  type TypeKind,
} from './classify-contract.js';
export { esiBidSchema, type EsiBid } from './esi/bid.js';
export {
  CONTRACT_TYPES,
  esiContractSchema,
  hasItems,
  type ContractType,
  type EsiContract,
} from './esi/contract.js';
export type { EsiDynamicItem } from './esi/dogma.js';
export { esiItemSchema, type EsiItem } from './esi/item.js';
export { ESI_COMPATIBILITY_DATE, ESI_ROUTES, type EsiRoute } from './esi/routes.js';
export type {
  EsiCategory,
  EsiGroup,
  EsiMarketGroup,
  EsiName,
  EsiStation,
  EsiSystem,
  EsiType,
} from './esi/universe.js';
