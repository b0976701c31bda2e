import { StartOutboundVoiceContactCommand, UpdateContactAttributesCommand } from '@aws-sdk/client-connect';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { readContactEvent } from '../../src/events/contact-event.js';
import { magicNumbers } from '../../src/simulator/magic-numbers.js';
import { routes } from '../../src/simulator/routes.js';
import { seed } from '../../src/simulator/seed.js';
import { envelopeOf, instanceArn } from '../events/contact-events.js';
import { callTo, simulatorUnderTest } from '../simulator/start-simulator.js';
import { placeCall } from '../support/place-call.js';
import { startTestGateway } from '../support/start-gateway.js';
import { matches, type EventPattern } from './event-pattern.js';
import { problemsOf } from './template-problems.js';
import { readTemplate, templateText } from './template.js';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const template = readTemplate(templateText);
const attributeOf = (resource: string, name: string) => ({ 'Fn::GetAtt': [resource, name] });

const propertiesOf = (resource: string) => template.Resources[resource]?.Properties ?? {};

describe('the template', () => {
  test('is one that CloudFormation knows all names and values of', () => {
    expect(problemsOf(template)).toEqual([]);
  });

  test.each([
    ['a misspelt property', 'VisibilityTimeout:', 'VisibilityTimeOut:', 'VisibilityTimeOut is not known'],
    ['a misspelt property of a part', '- Id:', '- ID:', 'ContactEventsRule.Targets.0: Id is required'],
    ['a property of another section', 'Conditions:', 'Condition:', 'Condition is not known'],
    ['a type that is none', 'AWS::SQS::QueuePolicy', 'AWS::SQS::Policy', 'no resource type AWS::SQS::Policy'],
    ['a text for a number', 'Period: 300', 'Period: 5 minutes', 'DeadContactEventsAlarm.Period: is no integer'],
    ['a text for a list', 'Queues: [!Ref ContactEvents]', 'Queues: contact-events', 'Queues: is no array'],
    [
      'a missing property',
      'Arn: !GetAtt ContactEvents.Arn',
      'RoleArn: a',
      'ContactEventsRule.Targets.0: Arn is required',
    ],
    ['a reference to nothing', '!Ref GatewayRoleName', '!Ref RoleName', 'Ref leads nowhere: "RoleName"'],
    [
      'an attribute that is none',
      'ContactEventsRule.Arn',
      'ContactEventsRule.Url',
      'leads nowhere: ["ContactEventsRule","Url"]',
    ],
    [
      'a condition that is none',
      'Condition: HasAlarmTopic',
      'Condition: HasTopic',
      'Condition leads nowhere: "HasTopic"',
    ],
  ])('would not pass with %s', (_what, right, wrong, problem) => {
    expect(templateText).toContain(right);
    const problems = problemsOf(readTemplate(templateText.replace(right, wrong)));
    expect(problems.join('\n')).toContain(problem);
  });

  test('would not pass with a function that is none', () => {
    expect(() => readTemplate(templateText.replace('!GetAtt', '!GetAttribute'))).toThrow('!GetAttribute');
  });

  test('takes the ARNs of instances and nothing else', () => {
    const { ConnectInstanceArns: parameter } = template.Parameters as Record<string, { AllowedPattern: string }>;
    const pattern = new RegExp(`^(?:${parameter?.AllowedPattern ?? ''})$`);
    expect([instanceArn, seed.instanceId, `${instanceArn}/queue/1`, ''].map((text) => pattern.test(text))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('the queue', () => {
  test('is encrypted without a key of KMS, and gives a message up after five receives', () => {
    expect(propertiesOf('ContactEvents')).toEqual({
      SqsManagedSseEnabled: true,
      VisibilityTimeout: 30,
      MessageRetentionPeriod: 86_400,
      RedrivePolicy: { deadLetterTargetArn: attributeOf('DeadContactEvents', 'Arn'), maxReceiveCount: 5 },
    });
    expect(propertiesOf('DeadContactEvents')).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  test('takes messages from the rule alone', () => {
    expect(propertiesOf('ContactEventsFromTheRuleAlone')).toEqual({
      Queues: [{ Ref: 'ContactEvents' }],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: attributeOf('ContactEvents', 'Arn'),
            Condition: { ArnEquals: { 'aws:SourceArn': attributeOf('ContactEventsRule', 'Arn') } },
          },
        ],
      },
    });
  });

  test('has the events as they are', () => {
    expect(propertiesOf('ContactEventsRule').Targets).toEqual([
      { Id: 'ContactEvents', Arn: attributeOf('ContactEvents', 'Arn') },
    ]);
  });

  test('may be asked by the gateway what the gateway asks, and nothing else', async () => {
    const gateway = await startTestGateway({ takesEvents: true });
    try {
      await placeCall(gateway);
      await gateway.clock.runUntil(gateway.simulator.whenRequested('DeleteMessageBatch', 1));
      const ofConnect = routes.map(({ operation }) => operation.name);
      const asked = Object.keys(gateway.simulator.requests()).filter((name) => !ofConnect.includes(name));
      const { Statement } = propertiesOf('ReadContactEvents').PolicyDocument as { Statement: Statement[] };
      expect(Statement).toEqual([
        {
          Effect: 'Allow',
          // IAM has one action for an operation and its batch.
          Action: expect.arrayContaining(asked.map((name) => `sqs:${name.replace(/Batch$/, '')}`)),
          Resource: attributeOf('ContactEvents', 'Arn'),
        },
      ]);
      expect(Statement[0]?.Action).toHaveLength(asked.length);
    } finally {
      await gateway.stop();
    }
  });
});

describe('the alarms', () => {
  test.each([
    ['of messages that could not be handled', 'DeadContactEvents', 'ApproximateNumberOfMessagesVisible', 0],
    ['of messages that nobody takes', 'ContactEvents', 'ApproximateAgeOfOldestMessage', 300],
  ])('tell %s', (_what, queue, metric, threshold) => {
    const { Properties: alarm = {} } =
      Object.values(template.Resources).find(({ Properties = {} }) => Properties.MetricName === metric) ?? {};
    expect(alarm).toMatchObject({
      Namespace: 'AWS/SQS',
      Dimensions: [{ Name: 'QueueName', Value: attributeOf(queue, 'QueueName') }],
      Statistic: 'Maximum',
      Threshold: threshold,
      ComparisonOperator: 'GreaterThanThreshold',
      AlarmActions: [{ Ref: 'AlarmTopicArn' }],
    });
  });

  test('wait longer than a message that cannot be read takes to be given up', () => {
    const { VisibilityTimeout, RedrivePolicy } = propertiesOf('ContactEvents') as {
      VisibilityTimeout: number;
      RedrivePolicy: { maxReceiveCount: number };
    };
    expect(propertiesOf('UnreadContactEventsAlarm').Threshold).toBeGreaterThan(
      VisibilityTimeout * RedrivePolicy.maxReceiveCount,
    );
  });
});

describe('the rule', () => {
  const { EventPattern } = propertiesOf('ContactEventsRule');
  const given = JSON.stringify(EventPattern).replace('{"Ref":"ConnectInstanceArns"}', JSON.stringify([instanceArn]));
  const pattern = JSON.parse(given) as EventPattern;

  test.each(['plain', 'as-in-the-samples'] as const)(
    'takes every contact event that is sent, written %s',
    async (eventStyle) => {
      const simulator = await simulatorUnderTest({
        settings: { eventStyle, concurrentCalls: 100, concurrentCampaignCalls: 100 },
      });
      const client = new SQSClient({
        region: seed.region,
        endpoint: simulator.url,
        credentials: { accessKeyId: 'test-key', secretAccessKey: 'test-secret' },
      });
      try {
        for (const { number, what } of magicNumbers.filter((one) => /^(?:answered by|accepted)/.test(one.what))) {
          const placed = await simulator.client.send(
            new StartOutboundVoiceContactCommand(
              callTo(number, { TrafficType: what.includes('voicemail') ? 'CAMPAIGN' : 'GENERAL' }),
            ),
          );
          await simulator.client.send(
            new UpdateContactAttributesCommand({
              InstanceId: seed.instanceId,
              InitialContactId: placed.ContactId,
              Attributes: { orderId: '1234' },
            }),
          );
        }
        simulator.advance(600_000);
        const bodies: string[] = [];
        for (let left = simulator.messages().waiting; left > 0; left = simulator.messages().waiting) {
          const { Messages = [] } = await client.send(
            new ReceiveMessageCommand({ QueueUrl: simulator.eventsQueueUrl, MaxNumberOfMessages: 10 }),
          );
          bodies.push(...Messages.map(({ Body = '' }) => Body));
        }
        expect(bodies.length).toBeGreaterThan(20);
        expect(bodies.filter((body) => !matches(pattern, JSON.parse(body)))).toEqual([]);
        expect(bodies.filter((body) => readContactEvent(body).is !== 'read')).toEqual([]);
      } finally {
        client.destroy();
        await simulator.stop();
      }
    },
  );

  test.each<[string, object]>([
    ['of another source', envelopeOf('INITIATED', {}, { source: 'acme.connect' })],
    ['of Contact Lens', envelopeOf('INITIATED', {}, { 'detail-type': 'Contact Lens Post Call Rules Matched' })],
    [
      'of another instance',
      envelopeOf('INITIATED', { instanceArn: instanceArn.replace(seed.instanceId, seed.otherInstanceId) }),
    ],
    [
      'of another account',
      envelopeOf('INITIATED', { instanceArn: instanceArn.replace(seed.accountId, '999999999999') }),
    ],
    ['without an instance', envelopeOf('INITIATED', { instanceArn: undefined })],
  ])('leaves alone an event %s', (_what, event) => {
    expect(matches(pattern, envelopeOf('INITIATED'))).toBe(true);
    expect(matches(pattern, event)).toBe(false);
  });
});
