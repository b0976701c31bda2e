import { flowOnWire } from '../directory.wire.js';
import { found } from '../directory.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

// An id with the version that is asked for: `$SAVED`, or the number of a published one.
const versionedId = /^(?<id>.*?)(?::(?<version>\$SAVED|\d+))?$/s;

/** One flow with its content: the published one, with `:$SAVED` after the id the one last saved, with `:1` the only version of a published one. */
export const describeContactFlow = operation({
  name: 'DescribeContactFlow',
  input: structure({ InstanceId: instanceId, ContactFlowId: required(text({ max: 500 })) }),
  handle({ InstanceId, ContactFlowId }, world) {
    const instance = world.directory.instance(InstanceId);
    const { id = '', version } = versionedId.exec(ContactFlowId)!.groups!;
    const flow = found(instance.flows, id, 'flow');
    const isPublished = flow.status === 'PUBLISHED';
    if (version === undefined && !isPublished) {
      throw refusal('ContactFlowNotPublishedException', 'The flow has not been published.');
    }
    const isNumbered = version !== undefined && version !== '$SAVED';
    if (isNumbered && !(isPublished && version === '1')) {
      throw refusal('ResourceNotFoundException', 'The flow has no such version.');
    }
    return { ContactFlow: { ...flowOnWire(world.directory, InstanceId, flow), ...(isNumbered ? { Version: 1 } : {}) } };
  },
});
