import { Checked } from '../../../graphql/rules/checked.js';

/** The value must name exactly one of its two tracks: Amazon Connect refuses both, and neither. */
export function HasOneTrack(): PropertyDecorator {
  return Checked('oneTrack', (value) => {
    const { voiceRecordingTrack, ivrRecordingTrack } = value as Readonly<Record<string, unknown>>;
    const tracks = [voiceRecordingTrack, ivrRecordingTrack].filter((track) => track !== undefined && track !== null);
    if (tracks.length === 1) return [];
    return [{ rule: 'oneTrack', message: 'must have either voiceRecordingTrack or ivrRecordingTrack, not both' }];
  });
}
