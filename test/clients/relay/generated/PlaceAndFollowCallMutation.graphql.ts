/**
 * @generated SignedSource<<6db5ebfcf2199b2e0e9247fc47a4f8aa>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type AllowedUserAction = "CALL" | "DISCARD" | "%future added value";
export type ContactReferenceInputType = "DATE" | "EMAIL" | "NUMBER" | "STRING" | "URL" | "%future added value";
export type ContactStatus = "AFTER_CONTACT_WORK" | "ENDED" | "INITIATED" | "IN_FLOW" | "QUEUED" | "RINGING" | "WITH_AGENT" | "%future added value";
export type OutboundStrategyType = "AGENT_FIRST" | "%future added value";
export type TrafficType = "CAMPAIGN" | "GENERAL" | "%future added value";
export type StartOutboundVoiceContactInput = {
  allowRepeat?: boolean;
  answerMachineDetectionConfig?: AnswerMachineDetectionConfigInput | null | undefined;
  attributes?: ReadonlyArray<ContactAttributeInput> | null | undefined;
  campaignId?: string | null | undefined;
  clientToken?: string | null | undefined;
  contactFlowId: string;
  description?: string | null | undefined;
  destinationPhoneNumber: string;
  instanceId?: string | null | undefined;
  maxWaitInSeconds?: number | null | undefined;
  name?: string | null | undefined;
  outboundStrategy?: OutboundStrategyInput | null | undefined;
  queueId?: string | null | undefined;
  references?: ReadonlyArray<ContactReferenceInput> | null | undefined;
  relatedContactId?: string | null | undefined;
  ringTimeoutInSeconds?: number | null | undefined;
  sourcePhoneNumber?: string | null | undefined;
  trafficType?: TrafficType;
};
export type ContactAttributeInput = {
  key: string;
  value: string;
};
export type AnswerMachineDetectionConfigInput = {
  awaitAnswerMachinePrompt?: boolean | null | undefined;
  enableAnswerMachineDetection?: boolean | null | undefined;
};
export type ContactReferenceInput = {
  name: string;
  type: ContactReferenceInputType;
  value: string;
};
export type OutboundStrategyInput = {
  config?: OutboundStrategyConfigInput | null | undefined;
  type: OutboundStrategyType;
};
export type OutboundStrategyConfigInput = {
  agentFirst?: AgentFirstInput | null | undefined;
};
export type AgentFirstInput = {
  preview?: PreviewInput | null | undefined;
};
export type PreviewInput = {
  allowedUserActions: ReadonlyArray<AllowedUserAction>;
  postAcceptTimeoutConfig: PostAcceptTimeoutConfigInput;
};
export type PostAcceptTimeoutConfigInput = {
  durationInSeconds: number;
};
export type PlaceAndFollowCallMutation$variables = {
  input: StartOutboundVoiceContactInput;
};
export type PlaceAndFollowCallMutation$data = {
  readonly startOutboundVoiceContact: {
    readonly id: string;
    readonly instanceId: string;
    readonly status: ContactStatus | null | undefined;
  } | null | undefined;
};
export type PlaceAndFollowCallMutation = {
  response: PlaceAndFollowCallMutation$data;
  variables: PlaceAndFollowCallMutation$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": "Contact",
    "kind": "LinkedField",
    "name": "startOutboundVoiceContact",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "instanceId",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "status",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "PlaceAndFollowCallMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "PlaceAndFollowCallMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "fbe416517182978f7dee5b347923059f",
    "id": null,
    "metadata": {},
    "name": "PlaceAndFollowCallMutation",
    "operationKind": "mutation",
    "text": "mutation PlaceAndFollowCallMutation(\n  $input: StartOutboundVoiceContactInput!\n) {\n  startOutboundVoiceContact(input: $input) {\n    instanceId\n    id\n    status\n  }\n}\n"
  }
};
})();

(node as any).hash = "5fce64ac1c415e7a73db29e043f39534";

export default node;
