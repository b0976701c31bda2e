/**
 * @generated SignedSource<<5a74b29bdf0773d7a6e46e34ade3b78a>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type ContactEventType = "AMD_DISABLED" | "COMPLETED" | "CONNECTED_TO_AGENT" | "CONNECTED_TO_SYSTEM" | "CONTACT_DATA_UPDATED" | "DISCONNECTED" | "INITIATED" | "PAUSED" | "QUEUED" | "RESUMED" | "RINGING" | "UNKNOWN" | "WEBRTC_API" | "%future added value";
export type ContactStatus = "AFTER_CONTACT_WORK" | "ENDED" | "INITIATED" | "IN_FLOW" | "QUEUED" | "RINGING" | "WITH_AGENT" | "%future added value";
export type PlaceAndFollowCallSubscription$variables = {
  id: string;
};
export type PlaceAndFollowCallSubscription$data = {
  readonly contactUpdated: {
    readonly id: string;
    readonly instanceId: string;
    readonly status: ContactStatus | null | undefined;
    readonly timeline: ReadonlyArray<{
      readonly at: string;
      readonly type: ContactEventType;
    }> | null | undefined;
  } | null | undefined;
};
export type PlaceAndFollowCallSubscription = {
  response: PlaceAndFollowCallSubscription$data;
  variables: PlaceAndFollowCallSubscription$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "id"
  }
],
v1 = [
  {
    "alias": null,
    "args": [
      {
        "kind": "Variable",
        "name": "id",
        "variableName": "id"
      }
    ],
    "concreteType": "Contact",
    "kind": "LinkedField",
    "name": "contactUpdated",
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
      },
      {
        "alias": null,
        "args": null,
        "concreteType": "ContactEvent",
        "kind": "LinkedField",
        "name": "timeline",
        "plural": true,
        "selections": [
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "type",
            "storageKey": null
          },
          {
            "alias": null,
            "args": null,
            "kind": "ScalarField",
            "name": "at",
            "storageKey": null
          }
        ],
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
    "name": "PlaceAndFollowCallSubscription",
    "selections": (v1/*:: as any*/),
    "type": "Subscription",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "PlaceAndFollowCallSubscription",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "15755d2d9149cf30baa238d86b3aeba2",
    "id": null,
    "metadata": {},
    "name": "PlaceAndFollowCallSubscription",
    "operationKind": "subscription",
    "text": "subscription PlaceAndFollowCallSubscription(\n  $id: ID!\n) {\n  contactUpdated(id: $id) {\n    instanceId\n    id\n    status\n    timeline {\n      type\n      at\n    }\n  }\n}\n"
  }
};
})();

(node as any).hash = "c94b8edfdb2279e516a3cf2b52968072";

export default node;
