import { connectIdFrom, idPattern, maxIdCharacters, parseConnectArn } from '../../connect/ids.js';
import { Checked } from '../../graphql/rules/checked.js';
import type { RuleContext, RuleProblem } from '../../graphql/rules/checked.js';
import { peek } from '../../graphql/unreadable.js';

/** What an id may stand for, with the words for it in a message, by the word for it in an ARN. */
const nouns = {
  instance: 'an instance',
  'contact-flow': 'a flow',
  queue: 'a queue',
  contact: 'a contact',
  campaign: 'a campaign',
} as const satisfies Record<keyof typeof maxIdCharacters, string>;

/**
 * The value must be an id of `kind`, or the ARN of one. Where the object names an instance as `instanceId`, an ARN must be of that instance;
 * `ofInstanceOfCall`: where it names none, of the caller's default one.
 */
export function IsConnectId(kind: keyof typeof nouns, { ofInstanceOfCall = false } = {}): PropertyDecorator {
  return Checked('connectId', (value, owner, { defaultInstanceId }) => {
    const text = String(value);
    const instanceId = instanceIdOf(owner, ofInstanceOfCall ? defaultInstanceId : undefined);
    const problem = text.startsWith('arn:') ? arnProblem(text, kind, instanceId) : idProblem(text, kind);
    if (problem) return [problem];
    if (connectIdFrom(text).length <= maxIdCharacters[kind]) return [];
    return [{ rule: 'idLength', message: `must have an id of 1 to ${maxIdCharacters[kind]} characters` }];
  });
}

/** The instance that the object means; undefined where it is not known, or not readable as one: a rule of its own says so. */
function instanceIdOf(owner: object, byDefault: RuleContext['defaultInstanceId']): string | undefined {
  const said = peek(owner as { readonly instanceId?: unknown }, 'instanceId');
  if (said === undefined || said === null) return byDefault;
  const id = typeof said === 'string' ? connectIdFrom(said) : '';
  return idPattern.test(id) ? id : undefined;
}

function idProblem(text: string, kind: keyof typeof nouns): RuleProblem | undefined {
  if (idPattern.test(text)) return undefined;
  return {
    rule: 'idCharacters',
    message: `must be the id of ${nouns[kind]} (letters, digits, - and _ only) or its whole ARN`,
  };
}

function arnProblem(text: string, kind: keyof typeof nouns, instanceId: string | undefined): RuleProblem | undefined {
  const arn = parseConnectArn(text);
  if (!arn)
    return { rule: 'arnShape', message: `is not an ARN of Amazon Connect; give the ARN of ${nouns[kind]} or its id` };
  if (arn.kind !== kind) {
    return { rule: 'arnResource', message: `is an ARN of something else; give the ARN of ${nouns[kind]} or its id` };
  }
  if (instanceId === undefined || arn.instanceId === undefined || arn.instanceId === instanceId) return undefined;
  return { rule: 'arnInstance', message: 'is an ARN of another instance than the one asked for' };
}
