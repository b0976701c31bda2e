import { refusal } from './errors.js';

// Prefixes that are blocked by default although their country is allowed.
const blockedPrefixes = ['+447', '+44111', '+44118', '+44119', '+448', '+44826', '+449'];

// What an instance in the United States may call: US and Canada, Puerto Rico, Mexico, United Kingdom.
const allowedCountryCodes = ['+1', '+52', '+44'];

// Area codes of +1 that belong to neither the United States, Canada nor Puerto Rico.
const foreignAreaCodes = new Set(
  '242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 809 829 849 868 869 876'.split(' '),
);

/** The countries and prefixes an instance in the United States may call. Throws DestinationNotAllowedException for any other. */
export function checkDestination(number: string): void {
  const isAllowed =
    allowedCountryCodes.some((code) => number.startsWith(code)) &&
    !blockedPrefixes.some((prefix) => number.startsWith(prefix)) &&
    !isForeignAreaCode(number);
  if (!isAllowed) {
    throw refusal('DestinationNotAllowedException', 'Outbound calls to the destination number are not allowed.');
  }
}

/** Whether a call to this number leaves the United States and Canada. */
export function isInternational(number: string): boolean {
  return !number.startsWith('+1') || isForeignAreaCode(number);
}

function isForeignAreaCode(number: string): boolean {
  return number.startsWith('+1') && foreignAreaCodes.has(number.slice(2, 5));
}
