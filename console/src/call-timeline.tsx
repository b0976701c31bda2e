import { Fragment, useEffect, useState } from 'react';
import type { FollowedCallFragment } from './generated/operations.js';
import { durationWords, timeOfDay } from './time.js';
import { eventWords } from './words.js';

type Timeline = NonNullable<FollowedCallFragment['timeline']>;

interface Props {
  readonly timeline: Timeline;
  /** More may come. */
  readonly isLive: boolean;
}

/** Every event with its time and how long after the one before it came. */
export function CallTimeline({ timeline, isLive }: Props) {
  if (timeline.length === 0) return <p className="hint">Nothing is known of its course yet.</p>;
  const last = timeline.at(-1);
  return (
    <ol className="timeline" aria-label="Timeline">
      {timeline.map((event, index) => {
        const before = timeline[index - 1];
        const details = detailsOf(event);
        return (
          // Connect may tell two events of one type for the same second.
          <li key={index}>
            <time dateTime={event.at}>{timeOfDay(event.at)}</time>
            <span>
              {eventWords[event.type]}
              {event.type === 'UNKNOWN' && event.rawType && (
                <>
                  {' '}
                  <code>{event.rawType}</code>
                </>
              )}
              {details !== '' && ' '}
              {details !== '' && <ConnectWords words={details} />}
            </span>
            <span className="hint">{before && `+${durationWords(Date.parse(event.at) - Date.parse(before.at))}`}</span>
          </li>
        );
      })}
      {isLive && last && <Since key={last.at} moment={last.at} />}
    </ol>
  );
}

function detailsOf({ details }: Timeline[number]): string {
  const { disconnectReason, answeringMachineDetectionStatus } = details ?? {};
  return [disconnectReason, answeringMachineDetectionStatus].filter(Boolean).join(', ');
}

/** In a row too narrow for a long word of Connect's it breaks between its parts. */
function ConnectWords({ words }: { readonly words: string }) {
  return (
    <span className="hint">
      {words.split(/(?<=_)/).map((part, place) => (
        <Fragment key={place}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}

const believableMs = 12 * 3_600_000;

/** How long the last event has been ago, where this computer's clock and the gateway's agree well enough to say so. */
function Since({ moment }: { readonly moment: string }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  const sinceMs = nowMs - Date.parse(moment);
  if (sinceMs < 0 || sinceMs > believableMs) return null;
  return (
    <li className="since">
      <span />
      <span className="hint">since then</span>
      <span className="hint">{durationWords(sinceMs)}</span>
    </li>
  );
}
