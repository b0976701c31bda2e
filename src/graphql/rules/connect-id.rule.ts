import { connectIdFrom, connectIdPattern, parseConnectArn } from '../connect-arn.js';
import { Checked } from './checked.js';
import type { RuleProblem } from './checked.js';

/** What an id may stand for, with the word for it in a message, by the word for it in an ARN. */
const nouns = {
  instance: 'instance',
  'contact-flow': 'flow',
  queue: 'queue',
  contact: 'contact',
  campaign: 'campaign',
} as const;

/**
 * The value must be an id of `kind` with at most `maxCharacters`, or the ARN of one. Where the object has an `instanceId`, an ARN must be of
 * that instance.
 */
export function IsConnectId(kind: keyof typeof nouns, maxCharacters: number): PropertyDecorator {
  return Checked('connectId', (value, owner) => {
    const text = String(value);
    const problem = text.startsWith('arn:') ? arnProblem(text, kind, owner) : idProblem(text, kind);
    if (problem) return [problem];
    if (connectIdFrom(text).length <= maxCharacters) return [];
    return [{ rule: 'idLength', message: `must have an id of 1 to ${maxCharacters} characters` }];
  });
}

/** Names that an ARN is of another instance than `instanceId`; nothing for a bare id or an ARN that names no instance. */
export function otherInstanceProblem(idOrArn: string, instanceId: string): RuleProblem | undefined {
  const arn = parseConnectArn(idOrArn);
  if (arn?.instanceId === undefined || arn.instanceId === instanceId) return undefined;
  return { rule: 'arnInstance', message: 'is an ARN of another instance than the one asked for' };
}

function idProblem(text: string, kind: keyof typeof nouns): RuleProblem | undefined {
  if (connectIdPattern.test(text)) return undefined;
  return {
    rule: 'idCharacters',
    message: `must be the id of a ${nouns[kind]} (letters, digits, - and _ only) or its whole ARN`,
  };
}

function arnProblem(text: string, kind: keyof typeof nouns, owner: object): RuleProblem | undefined {
  const arn = parseConnectArn(text);
  if (!arn)
    return { rule: 'arnShape', message: `is not an ARN of Amazon Connect; give the ARN of a ${nouns[kind]} or its id` };
  if (arn.kind !== kind) {
    return { rule: 'arnResource', message: `is an ARN of something else; give the ARN of a ${nouns[kind]} or its id` };
  }
  const instanceId = (owner as { readonly instanceId?: unknown }).instanceId;
  return typeof instanceId === 'string' ? otherInstanceProblem(text, connectIdFrom(instanceId)) : undefined;
}
