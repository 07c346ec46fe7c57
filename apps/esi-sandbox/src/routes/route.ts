import type { Request, Response } from 'express';

export interface Route {
  method: 'get' | 'post';
  /** ESI's own path template, such as /contracts/public/{region_id}. */
  template: string;
  handle: (req: Request, res: Response) => void;
  /** Routes that ESI itself has under a token bucket already. */
  bucket?: { group: string; tokens: number };
}

/** A positive whole number in a path; undefined for anything else. */
export function readId(text: unknown): number | undefined {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The page asked for, 1 by default; undefined where it is not a whole number from 1. */
export function readPage(req: Request): number | undefined {
  const page = req.query['page'] === undefined ? 1 : readId(req.query['page']);
  return page === undefined || page < 1 ? undefined : page;
}
