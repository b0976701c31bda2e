import { useState } from 'react';

interface Props {
  readonly token: string;
  readonly replaceToken: (token: string) => void;
}

/** Where a link leads that asks for another token; a browser opens what it is folded into. */
export const tokenInputId = 'bearer-token';

/** Shows whose token is in use and takes another one. A token is kept in this page's memory alone. */
export function TokenForm({ token, replaceToken }: Props) {
  const [draft, setDraft] = useState('');
  const [saved, setSaved] = useState('');
  const bearer = bearerOf(token);
  return (
    <details className="token">
      <summary>{bearer ? `Token of ${bearer}` : 'Token'}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          replaceToken(draft.trim().replace(/^Bearer\s+/i, ''));
          setDraft('');
          setSaved('The token was replaced.');
        }}
      >
        <label htmlFor={tokenInputId}>Another bearer token</label>
        <div className="row">
          <input
            id={tokenInputId}
            type="password"
            autoComplete="off"
            spellCheck={false}
            value={draft}
            onChange={(event) => {
              setDraft(event.target.value);
              setSaved('');
            }}
          />
          <button type="submit">Use it</button>
        </div>
        <p className="hint">Kept in this page alone, until it is closed.</p>
        <p role="status" className="hint">
          {saved}
        </p>
      </form>
    </details>
  );
}

/** Whom a JWT names, for display only: it is the gateway that verifies it. */
function bearerOf(token: string): string | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const { sub, tenant } = JSON.parse(atob(payload)) as { readonly sub?: string; readonly tenant?: string };
    return [sub, tenant].filter((name) => name !== undefined).join(', ');
  } catch {
    return undefined;
  }
}
