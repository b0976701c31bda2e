import { useId, useState } from 'react';
import type { FollowedCall } from './call-card.js';

/** Takes the id of a contact that was placed elsewhere, or before this page was loaded. */
export function FollowForm({ follow }: { readonly follow: (call: FollowedCall) => void }) {
  const inputId = useId();
  const [id, setId] = useState('');
  return (
    <form
      className="follow"
      onSubmit={(event) => {
        event.preventDefault();
        if (id.trim() === '') return;
        follow({ id: id.trim() });
        setId('');
      }}
    >
      <label htmlFor={inputId}>Follow another call by its contact id</label>
      <div className="row">
        <input
          id={inputId}
          autoComplete="off"
          spellCheck={false}
          value={id}
          onChange={(event) => {
            setId(event.target.value);
          }}
        />
        <button type="submit">Follow</button>
      </div>
    </form>
  );
}
