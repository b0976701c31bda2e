import { instanceOnWire } from '../directory.wire.js';
import { operation } from '../operation.js';
import { structure } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

/** One instance. */
export const describeInstance = operation({
  name: 'DescribeInstance',
  input: structure({ InstanceId: instanceId }),
  lacks: ['InvalidParameterException', 'ThrottlingException'],
  handle({ InstanceId }, { directory }) {
    return { Instance: { ...instanceOnWire(directory, directory.instance(InstanceId)), Tags: {} } };
  },
});
