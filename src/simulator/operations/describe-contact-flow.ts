import { flowOnWire } from '../directory.wire.js';
import { found } from '../directory.js';
import { refusal } from '../errors.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

const savedVersion = ':$SAVED';

/** One flow with its content: the published one, or with `:$SAVED` after the id the one last saved. */
export const describeContactFlow = operation({
  name: 'DescribeContactFlow',
  input: structure({ InstanceId: instanceId, ContactFlowId: required(text({ max: 500 })) }),
  handle({ InstanceId, ContactFlowId }, world) {
    const instance = world.directory.instance(InstanceId);
    const isSavedOne = ContactFlowId.endsWith(savedVersion);
    const flow = found(
      instance.flows,
      isSavedOne ? ContactFlowId.slice(0, -savedVersion.length) : ContactFlowId,
      'flow',
    );
    if (!isSavedOne && flow.status !== 'PUBLISHED') {
      throw refusal('ContactFlowNotPublishedException', 'The flow has not been published.');
    }
    return { ContactFlow: flowOnWire(world.directory, InstanceId, flow) };
  },
});
