import { useQuery } from '@apollo/client/react';
import { LineToConnectDocument, type LineToConnectQuery } from './generated/operations.js';
import { durationWords } from './time.js';

const idlePollMs = 10_000;
const waitingPollMs = 1_000;

/** How long a call would wait for its permit within Connect's quota; nothing where it cannot be known. */
export function LineToConnect({ isWaiting }: { readonly isWaiting: boolean }) {
  const { data, error } = useQuery(LineToConnectDocument, {
    pollInterval: isWaiting ? waitingPollMs : idlePollMs,
    skipPollAttempt: () => document.hidden,
    fetchPolicy: 'no-cache',
  });
  if (error || !data?.outboundCapacity) return null;
  return (
    <p className="hint" role={isWaiting ? 'status' : undefined}>
      {lineSentence(data.outboundCapacity, isWaiting)}
    </p>
  );
}

type Capacity = NonNullable<LineToConnectQuery['outboundCapacity']>;

function lineSentence({ available, queueLength, estimatedWaitMsGeneral }: Capacity, isWaiting: boolean): string {
  const waiting = `${queueLength} ${queueLength === 1 ? 'call waits' : 'calls wait'} for a turn`;
  if (isWaiting) return queueLength === 0 ? 'At its turn; waiting for Amazon Connect.' : `${waiting} within the quota.`;
  if (estimatedWaitMsGeneral <= 0)
    return `The line is free: ${available} ${available === 1 ? 'call' : 'calls'} could start at once.`;
  return `${waiting}; a new one would start in about ${durationWords(estimatedWaitMsGeneral)}.`;
}
