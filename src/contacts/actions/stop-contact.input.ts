import { InputType } from 'type-graphql';
import { ContactChangeInput } from './contact-change.input.js';

/** Amazon Connect's request in camelCase, without the reason, which only outbound campaigns may give. */
@InputType({ description: 'The contact to end.' })
export class StopContactInput extends ContactChangeInput {}
