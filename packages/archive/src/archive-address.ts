import { fileURLToPath } from 'node:url';

/** What an `ARCHIVE_URL` names. */
export type ArchiveAddress =
  | { readonly kind: 'file'; readonly url: string; readonly directory: string }
  | { readonly kind: 's3'; readonly url: string; readonly bucket: string; readonly prefix: string };

/** Laxer than Amazon, whose names are lower case: other stores allow more. */
const BUCKET = /^[\w.-]{3,63}$/;

/** Reads `file:///folder` or `s3://bucket/prefix`; null where it is neither, or holds more than that. */
export function parseArchiveUrl(text: string): ArchiveAddress | null {
  if (!URL.canParse(text)) {
    return null;
  }
  const url = new URL(text);
  if (url.username || url.password || url.port || url.search || url.hash) {
    return null;
  }
  if (url.protocol === 'file:') {
    return parseFileUrl(url);
  }
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return url.protocol === 's3:' && BUCKET.test(url.host)
    ? {
        kind: 's3',
        url: `s3://${url.host}${prefix && `/${prefix}`}`,
        bucket: url.host,
        prefix: decode(prefix),
      }
    : null;
}

function parseFileUrl(url: URL): ArchiveAddress | null {
  try {
    return { kind: 'file', url: url.href, directory: fileURLToPath(url) };
  } catch {
    // Another machine's file, or a slash in disguise.
    return null;
  }
}

function decode(prefix: string): string {
  try {
    return decodeURIComponent(prefix);
  } catch {
    return prefix;
  }
}
