import { registerEnum } from '../../graphql/register-enum.js';

export const VoiceRecordingTrack = { FROM_AGENT: 'FROM_AGENT', TO_AGENT: 'TO_AGENT', ALL: 'ALL' } as const;
export type VoiceRecordingTrack = keyof typeof VoiceRecordingTrack;
registerEnum(VoiceRecordingTrack, 'VoiceRecordingTrack', {
  description: 'Whose voice is recorded while an agent is there.',
  values: {
    FROM_AGENT: { description: 'What the agent says.' },
    TO_AGENT: { description: 'What the agent hears.' },
    ALL: { description: 'Both.' },
  },
});

export const IvrRecordingTrack = { ALL: 'ALL' } as const;
export type IvrRecordingTrack = keyof typeof IvrRecordingTrack;
registerEnum(IvrRecordingTrack, 'IvrRecordingTrack', {
  description: 'What is recorded while the flow talks with the customer.',
  values: { ALL: { description: 'Both sides.' } },
});

export const ContactRecordingType = { AGENT: 'AGENT', IVR: 'IVR', SCREEN: 'SCREEN' } as const;
export type ContactRecordingType = keyof typeof ContactRecordingType;
registerEnum(ContactRecordingType, 'ContactRecordingType', {
  description: 'Which recording of a contact is meant.',
  values: {
    AGENT: { description: 'Of the voices while an agent is there.' },
    IVR: { description: 'Of what the flow and the customer say.' },
    SCREEN: { description: "Of the agent's screen." },
  },
});
