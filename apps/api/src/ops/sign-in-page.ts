import type { Operator } from '../auth/operators.js';

interface SignInPage {
  /** Where signing in leads. */
  readonly to: string;
  readonly message?: string;
  readonly signedInAs?: Pick<Operator, 'name' | 'role'> | undefined;
}

/** The page works without its script, which only spares the password of somebody whose session goes on. */
export function renderSignInPage({ to, message, signedInAs }: SignInPage): string {
  const note = message === undefined ? '' : `<p class="message" role="alert">${escapeHtml(message)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Hangar Bay: sign in</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/admin/sign-in.css">
${signedInAs ? '' : '<script src="/admin/sign-in.js" defer></script>'}
</head>
<body>
<main>
<h1>Hangar Bay</h1>
${note}
${signedInAs ? renderAccount(signedInAs, to) : renderForm(to)}
</main>
</body>
</html>
`;
}

function renderForm(to: string): string {
  return `<form method="post" action="/admin/sign-in">
<input type="hidden" name="to" value="${escapeHtml(to)}">
<label>Name <input name="username" autocomplete="username" required autofocus maxlength="100"></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required maxlength="1000"></label>
<button>Sign in</button>
</form>`;
}

function renderAccount({ name, role }: Pick<Operator, 'name' | 'role'>, to: string): string {
  return `<p>Signed in as <strong>${escapeHtml(name)}</strong> (${role}).</p>
<p><a href="${escapeHtml(to)}">Queues</a></p>
<form method="post" action="/admin/sign-out"><button>Sign out</button></form>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Refreshes the session of somebody who was sent here because the access token had ended. At most once in a while, in
 * case the browser does not take the new one.
 */
export const SIGN_IN_SCRIPT = `(async () => {
  const isSentHere = new URLSearchParams(location.search).has('to');
  const lastTry = Number(sessionStorage.getItem('refreshed-at'));
  if (!isSentHere || document.querySelector('[role=alert]') || Date.now() - lastTry < 10000) {
    return;
  }
  const answer = await fetch('/api/v1/auth/refresh', { method: 'POST' });
  // 409: another tab has just done so.
  if (answer.ok || answer.status === 409) {
    sessionStorage.setItem('refreshed-at', String(Date.now()));
    location.replace(document.querySelector('input[name=to]').value);
  }
})();
`;

export const SIGN_IN_STYLES = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { width: min(20rem, 90vw); }
form { display: grid; gap: 1rem; }
label { display: grid; gap: 0.25rem; }
input, button { font: inherit; padding: 0.5rem; }
.message { border-inline-start: 4px solid #c33; padding-inline-start: 0.75rem; }
`;
