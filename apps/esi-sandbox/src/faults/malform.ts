import { createBody, type Body } from '../body.js';
import type { ContractRow } from '../wire.js';
import {
  MALFORMED_CONTRACTS,
  MALFORMED_PAGES,
  type MalformedContract,
  type MalformedPage,
} from './fault-schema.js';

const HUGE_TITLE_BYTES = 10_000_000;

const SPOILERS: Record<MalformedContract, (row: ContractRow) => unknown> = {
  wrong_type: (row) => ({ ...row, issuer_id: { id: row.issuer_id } }),
  missing_id: ({ contract_id: _left, ...row }) => row,
  null_date: (row) => ({ ...row, date_expired: null }),
  number_as_string: (row) => ({ ...row, price: String(row.price ?? 0) }),
  unknown_enum: (row) => ({ ...row, type: 'barter' }),
  huge_title: (row) => ({ ...row, title: 'x'.repeat(HUGE_TITLE_BYTES) }),
};

/** The page with one row spoiled; a page without that row stays whole. */
export function malformContract(
  rows: readonly ContractRow[],
  variant: MalformedContract | undefined,
  contractId: number | undefined,
  turn: number,
): Body {
  const spoil = SPOILERS[variant ?? inTurn(MALFORMED_CONTRACTS, turn)];
  const target = contractId ?? rows[0]?.contract_id;
  return createBody(JSON.stringify(rows.map((row) => (row.contract_id === target ? spoil(row) : row))));
}

/** An answer that says 200 and is not the list or object that the route promises. */
export function malformPage(variant: MalformedPage | undefined, turn: number): Body {
  const chosen = variant ?? inTurn(MALFORMED_PAGES, turn);
  return createBody(
    chosen === 'object' ? '{"unexpected":"shape"}' : 'upstream connect error [{"contract_id":',
  );
}

function inTurn<T>(choices: readonly T[], turn: number): T {
  return choices[turn % choices.length] as T;
}
