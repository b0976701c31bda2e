/**
 * @generated SignedSource<<13ece2e4bb8439428323d1c16d9c264e>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import type { ConcreteRequest } from 'relay-runtime';
export type ContactStatus = "AFTER_CONTACT_WORK" | "ENDED" | "INITIATED" | "IN_FLOW" | "QUEUED" | "RINGING" | "WITH_AGENT" | "%future added value";
export type PlaceAndFollowCallQuery$variables = {
  id: string;
};
export type PlaceAndFollowCallQuery$data = {
  readonly contact: {
    readonly id: string;
    readonly instanceId: string;
    readonly status: ContactStatus | null | undefined;
  } | null | undefined;
};
export type PlaceAndFollowCallQuery = {
  response: PlaceAndFollowCallQuery$data;
  variables: PlaceAndFollowCallQuery$variables;
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
    "name": "contact",
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
    "name": "PlaceAndFollowCallQuery",
    "selections": (v1/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "PlaceAndFollowCallQuery",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "b8275eaf8c9a2b7f19902391b15b6226",
    "id": null,
    "metadata": {},
    "name": "PlaceAndFollowCallQuery",
    "operationKind": "query",
    "text": "query PlaceAndFollowCallQuery(\n  $id: ID!\n) {\n  contact(id: $id) {\n    instanceId\n    id\n    status\n  }\n}\n"
  }
};
})();

(node as any).hash = "9d9e27924c1f4bc415394dc693190703";

export default node;
