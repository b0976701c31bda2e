import { seed } from '../simulator/seed.js';

/** Three operations to begin with. No clientToken: one that stands in a page would make every call after the first a repeat. */
export const prefill = {
  query: `# 1. Place a call. A person answers it and reaches an agent within ten seconds.
mutation PlaceCall($input: StartOutboundVoiceContactInput!) {
  startOutboundVoiceContact(input: $input) {
    id
    status
    contactFlow {
      name
    }
  }
}

# 2. Put its id into the variables, and follow it as often as you like.
query FollowCall($id: ID!) {
  contact(id: $id) {
    id
    status
    outcome
    initiationTimestamp
    connectedToSystemTimestamp
    disconnectReason
    queue {
      name
    }
    agent {
      username
    }
    attributes {
      key
      value
    }
  }
}

# 3. Or watch it move, to its end.
subscription WatchCall($id: ID!) {
  contactUpdated(id: $id) {
    status
    outcome
    timeline {
      type
      at
    }
  }
}
`,
  variables: {
    input: {
      destinationPhoneNumber: '+12065550100',
      contactFlowId: seed.flows.salesOutbound,
      queueId: seed.queues.sales,
      attributes: [{ key: 'orderId', value: '1234' }],
    },
    id: '',
  },
} as const;
