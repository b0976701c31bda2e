import { useEffect, useState } from 'react';

/** Such as `8 s`, `1 min 5 s` or `2 h 3 min`. */
export function durationWords(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The time of day of an ISO 8601 moment where the reader is. */
export function timeOfDay(moment: string): string {
  return new Date(moment).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** Whole seconds until `waitMs` from the first rendering are over; counts down to 0 by itself. */
export function useCountdown(waitMs: number): number {
  const [endsAtMs] = useState(() => performance.now() + waitMs);
  const [leftMs, setLeftMs] = useState(waitMs);
  const secondsLeft = Math.ceil(leftMs / 1_000);
  useEffect(() => {
    if (secondsLeft <= 0) return;
    // To the next whole second, so that no second is shown twice as long.
    const timer = setTimeout(
      () => {
        setLeftMs(Math.max(0, endsAtMs - performance.now()));
      },
      Math.max(50, leftMs - (secondsLeft - 1) * 1_000),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [endsAtMs, leftMs, secondsLeft]);
  return Math.max(0, secondsLeft);
}
