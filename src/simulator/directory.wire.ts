import type { ClaimedNumber, Directory, Flow, Instance, Queue, User } from './directory.js';
import { createHash } from 'node:crypto';
import { epochSeconds } from './contact.wire.js';

/** A flow as DescribeContactFlow and SearchContactFlows show it. */
export function flowOnWire(directory: Directory, instanceId: string, flow: Flow): object {
  const content = contentOf(flow);
  return {
    Arn: directory.arn(instanceId, `contact-flow/${flow.id}`),
    Id: flow.id,
    Name: flow.name,
    Type: flow.type,
    State: flow.state,
    Status: flow.status,
    Description: flow.description,
    Content: content,
    FlowContentSha256: createHash('sha256').update(content).digest('hex'),
    Tags: flow.tags,
    LastModifiedRegion: directory.region,
  };
}

// A flow in the language of flows, carried as a string.
function contentOf(flow: Flow): string {
  const hangUp = { Identifier: 'hang-up', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} };
  const message = {
    Identifier: 'message',
    Type: 'MessageParticipant',
    Parameters: { Text: flow.description },
    Transitions: { NextAction: flow.effect === 'message' ? 'hang-up' : 'queue' },
  };
  const queue = { Identifier: 'queue', Type: 'TransferContactToQueue', Parameters: {}, Transitions: {} };
  const actions = flow.effect === 'message' ? [message, hangUp] : [message, queue, hangUp];
  return JSON.stringify({ Version: '2019-10-30', StartAction: 'message', Metadata: {}, Actions: actions });
}

/** A queue as DescribeQueue and SearchQueues show it. */
export function queueOnWire(directory: Directory, instance: Instance, queue: Queue): object {
  return {
    Name: queue.name,
    QueueArn: directory.queueArn(instance.id, queue),
    QueueId: queue.id,
    Description: queue.description,
    OutboundCallerConfig:
      queue.callerIdNumberId === undefined
        ? undefined
        : { OutboundCallerIdName: queue.callerIdName, OutboundCallerIdNumberId: queue.callerIdNumberId },
    HoursOfOperationId: queue.type === 'STANDARD' ? instance.hoursOfOperationId : undefined,
    Status: 'ENABLED',
    Tags: queue.tags,
    LastModifiedRegion: directory.region,
  };
}

interface WireUser {
  readonly IdentityInfo: { readonly FirstName: string; readonly LastName: string };
}

/** A user as SearchUsers shows them: without their e-mail address. */
export function userOnWire(directory: Directory, instanceId: string, user: User): WireUser {
  const wire = {
    Arn: directory.arn(instanceId, `agent/${user.id}`),
    Id: user.id,
    Username: user.username,
    IdentityInfo: { FirstName: user.firstName, LastName: user.lastName },
    PhoneConfig: { PhoneType: 'SOFT_PHONE', AutoAccept: false, AfterContactWorkTimeLimit: 0, DeskPhoneNumber: '' },
    RoutingProfileId: user.routingProfileId,
    SecurityProfileIds: [user.securityProfileId],
    Tags: user.tags,
  };
  return wire;
}

/** A phone number as ListPhoneNumbersV2 shows it. */
export function numberOnWire(directory: Directory, instance: Instance, claimed: ClaimedNumber): object {
  return {
    PhoneNumberId: claimed.id,
    PhoneNumberArn: directory.numberArn(claimed.id),
    PhoneNumber: claimed.number,
    PhoneNumberCountryCode: claimed.country,
    PhoneNumberType: claimed.type,
    PhoneNumberDescription: claimed.description,
    TargetArn: directory.arn(instance.id),
    InstanceId: instance.id,
  };
}

/** An instance as ListInstances shows it. */
export function instanceOnWire(directory: Directory, instance: Instance): object {
  return {
    Id: instance.id,
    Arn: directory.arn(instance.id),
    IdentityManagementType: 'CONNECT_MANAGED',
    InstanceAlias: instance.alias,
    CreatedTime: epochSeconds(instance.createdAtMs),
    ServiceRole: directory.serviceRoleArn(),
    InstanceStatus: 'ACTIVE',
    InboundCallsEnabled: false,
    OutboundCallsEnabled: instance.outboundCallsEnabled,
    InstanceAccessUrl: `https://${instance.alias}.my.connect.aws`,
  };
}
