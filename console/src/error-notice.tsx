import type { ReactNode, Ref } from 'react';
import type { GatewayProblem } from './gateway-problem.js';
import { durationWords, useCountdown } from './time.js';
import { tokenInputId } from './token-form.js';
import { wordsFor } from './words.js';

interface Props {
  readonly ref?: Ref<HTMLDivElement>;
  readonly problem: GatewayProblem;
  /** What failed, where the problem alone does not say. */
  readonly title?: string;
  /** Asks again for the very same thing; offered only where the gateway says that it may help. */
  readonly retry: () => void;
  /** Paths of the fields whose problems stand beside their inputs. */
  readonly shownPaths?: readonly string[];
  /** Other ways out of this problem. */
  readonly children?: ReactNode;
}

/** Reads an error out as a person should get it: what it is, what to do next, what to quote. Give it another `key` for another error. */
export function ErrorNotice({ ref, problem, title, retry, shownPaths = [], children }: Props) {
  const { code, retryable, retryAfterMs, requestId, fields } = problem;
  const words = wordsFor(problem);
  const secondsLeft = useCountdown(retryAfterMs ?? 0);
  const isWaiting = secondsLeft > 0;
  const elsewhere = fields.filter(({ path }) => !shownPaths.includes(path));
  return (
    <div ref={ref} className="notice">
      <div role="alert">
        <p className="notice-title">{title ?? words.title}</p>
        {fields.length === 0 && <p>{words.text}</p>}
        {fields.length > elsewhere.length && <p>Each marked field says what to correct.</p>}
        {elsewhere.length > 0 && (
          <ul>
            {elsewhere.map((field) => (
              <li key={`${field.path} ${field.message}`}>
                <code>{field.path}</code> {field.message}
              </li>
            ))}
          </ul>
        )}
        {words.next !== undefined && (
          <p>{words.needsToken ? <a href={`#${tokenInputId}`}>{words.next}</a> : words.next}</p>
        )}
      </div>
      <div className="actions">
        {retryable && (
          // While it counts down it keeps the focus, which a disabled button would lose.
          <button type="button" aria-disabled={isWaiting} onClick={isWaiting ? undefined : retry}>
            {isWaiting ? `Try again in ${durationWords(secondsLeft * 1_000)}` : 'Try again'}
          </button>
        )}
        {children}
      </div>
      {retryable && retryAfterMs !== undefined && (
        <p role="status" className="unseen">
          {isWaiting ? '' : 'You can try again now.'}
        </p>
      )}
      {!retryable && isWaiting && (
        <p className="hint">Otherwise possible again in {durationWords(secondsLeft * 1_000)}.</p>
      )}
      <p className="hint">
        <code>{code}</code>
        {requestId !== undefined && (
          <>
            {' '}
            Request <code className="selectable">{requestId}</code>
          </>
        )}
      </p>
    </div>
  );
}
