import { graphql } from 'relay-runtime';

// What relay-compiler reads; `npm run clients` has it write `generated`. Nothing imports this file.
export const placeCall = graphql`
  mutation PlaceAndFollowCallMutation($input: StartOutboundVoiceContactInput!) {
    startOutboundVoiceContact(input: $input) {
      instanceId
      id
      status
    }
  }
`;
export const readCall = graphql`
  query PlaceAndFollowCallQuery($id: ID!) {
    contact(id: $id) {
      instanceId
      id
      status
    }
  }
`;
export const followCall = graphql`
  subscription PlaceAndFollowCallSubscription($id: ID!) {
    contactUpdated(id: $id) {
      instanceId
      id
      status
      timeline {
        type
        at
      }
    }
  }
`;
