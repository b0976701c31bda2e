import { userOnWire } from '../directory.wire.js';
import { found } from '../directory.js';
import { operation } from '../operation.js';
import { required, structure, text } from '../shapes.js';
import { instanceId } from '../wire-shapes.js';

/** One user, with their e-mail address. */
export const describeUser = operation({
  name: 'DescribeUser',
  input: structure({ UserId: required(text()), InstanceId: instanceId }),
  handle({ InstanceId, UserId }, world) {
    const user = found(world.directory.instance(InstanceId).users, UserId, 'user');
    const summary = userOnWire(world.directory, InstanceId, user);
    return { User: { ...summary, IdentityInfo: { ...summary.IdentityInfo, Email: user.email } } };
  },
});
