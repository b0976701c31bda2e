import type { Reference } from './contact.js';
import { refusal } from './errors.js';

const attributeKey = /^[A-Za-z0-9_-]+$/;
const maxAttributeBytes = 32_768;
const maxReferenceBytes = 4_096;
const voiceReferenceTypes = ['URL', 'NUMBER', 'STRING', 'DATE', 'EMAIL'];

/** The documented rules of user attributes: the characters of keys, and the UTF-8 bytes over everything a contact has. */
export function checkAttributes(attributes: ReadonlyMap<string, string>): void {
  for (const key of attributes.keys()) {
    if (!attributeKey.test(key)) {
      throw refusal(
        'InvalidParameterException',
        'Attribute keys can include only alphanumeric, dash and underscore characters.',
      );
    }
  }
  let bytes = 0;
  for (const [key, value] of attributes) bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes > maxAttributeBytes) {
    throw refusal('InvalidParameterException', `Attributes exceed ${maxAttributeBytes} bytes.`);
  }
}

/** The documented rules of a voice contact's references: their types, and the UTF-8 bytes over all of them. */
export function checkReferences(references: ReadonlyMap<string, Reference>): void {
  let bytes = 0;
  for (const [name, { Type: type, Value: value = '' }] of references) {
    if (!voiceReferenceTypes.includes(type)) {
      throw refusal('InvalidParameterException', `A reference of type ${type} is not supported for a voice contact.`);
    }
    if (type === 'DATE' && !/^\d{1,13}$/.test(value)) {
      throw refusal('InvalidParameterException', 'The value of a DATE reference must be an epoch timestamp.');
    }
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > maxReferenceBytes) {
    throw refusal('InvalidParameterException', `References exceed ${maxReferenceBytes} bytes.`);
  }
}
