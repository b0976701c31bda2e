import { queueOnWire } from '../directory.wire.js';
import { found } from '../directory.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

/** One queue. */
export const describeQueue = operation({
  name: 'DescribeQueue',
  input: structure({ InstanceId: instanceId, QueueId: required(text()) }),
  handle({ InstanceId, QueueId }, world) {
    const instance = world.directory.instance(InstanceId);
    return { Queue: queueOnWire(world.directory, instance, found(instance.queues, QueueId, 'queue')) };
  },
});
