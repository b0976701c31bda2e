/** Of so many minutes: hours and minutes, such as 09:05. */
export function clockText(minutes: number): string {
  return [Math.floor(minutes / 60), Math.floor(minutes % 60)].map((part) => String(part).padStart(2, '0')).join(':');
}
