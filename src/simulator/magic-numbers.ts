/** What the far end, or the service, does with a call. */
export type Behaviour =
  | 'person'
  | 'voicemail-beep'
  | 'voicemail-no-beep'
  | 'busy'
  | 'no-answer'
  | 'invalid'
  | 'blocked'
  | 'destination-not-allowed'
  | 'not-permitted'
  | 'throttled-once'
  | 'throttled-always'
  | 'fails-once'
  | 'fails-always'
  | 'answer-lost'
  | 'slow'
  | 'hangs-up-in-queue'
  | 'never-reaches-an-agent';

/** A destination whose call goes as documented. */
export interface MagicNumber {
  readonly number: string;
  readonly name: Behaviour;
  readonly what: string;
}

/** Every magic destination, in the range reserved for fiction (555-01xx); any other number is answered by a person. */
export const magicNumbers: readonly MagicNumber[] = [
  { number: '+12065550100', name: 'person', what: 'answered by a person, who reaches an agent if the flow queues' },
  { number: '+12065550101', name: 'voicemail-beep', what: 'answered by a voicemail that beeps' },
  { number: '+12065550102', name: 'voicemail-no-beep', what: 'answered by a voicemail without a beep' },
  { number: '+12065550103', name: 'busy', what: 'accepted; ends with TELECOM_BUSY' },
  {
    number: '+12065550104',
    name: 'no-answer',
    what: 'accepted; rings until the ring timeout, ends with TELECOM_TIMEOUT',
  },
  { number: '+12065550105', name: 'invalid', what: 'accepted; ends with TELECOM_NUMBER_INVALID' },
  { number: '+12065550106', name: 'blocked', what: 'accepted; ends with TELECOM_POTENTIAL_BLOCKING' },
  { number: '+12065550107', name: 'destination-not-allowed', what: 'refused: DestinationNotAllowedException' },
  { number: '+12065550108', name: 'not-permitted', what: 'refused: OutboundContactNotPermittedException' },
  {
    number: '+12065550109',
    name: 'throttled-once',
    what: '429 TooManyRequestsException for the first request of a ClientToken, then answered by a person',
  },
  { number: '+12065550110', name: 'throttled-always', what: '429 TooManyRequestsException, every time' },
  {
    number: '+12065550111',
    name: 'fails-once',
    what: '500 InternalServiceException for the first request of a ClientToken, then answered by a person',
  },
  { number: '+12065550112', name: 'fails-always', what: '500 InternalServiceException, every time; never placed' },
  {
    number: '+12065550113',
    name: 'answer-lost',
    what: 'placed, but the connection breaks before the answer; the same ClientToken then answers its ContactId',
  },
  { number: '+12065550114', name: 'slow', what: 'placed at once, answered late (setting slowAnswerMs)' },
  { number: '+12065550115', name: 'hangs-up-in-queue', what: 'a person who hangs up while waiting in the queue' },
  {
    number: '+12065550116',
    name: 'never-reaches-an-agent',
    what: 'a person who waits in the queue for minutes, in vain',
  },
];

const behaviours = new Map(magicNumbers.map(({ number, name }) => [number, name]));

/** What happens to a call to this number. */
export function behaviourOf(destination: string): Behaviour {
  return behaviours.get(destination) ?? 'person';
}
