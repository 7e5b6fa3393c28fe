/** Whether a text can be the reason of an exception. It becomes a part of an annotation in which `until=` begins the other one. */
export function isReason(text: string): boolean {
  return text.trim().length >= 10 && !/[\r\n]/.test(text) && !/until\s*=/.test(text);
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
  );
}
