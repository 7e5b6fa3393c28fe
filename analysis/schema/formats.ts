import { isAnyAddress, isAnyNetwork } from "./addresses";
import { parseRequestUrl } from "./request-url";

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  const days = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

function isDateTime(text: string): boolean {
  const [, date, hour, minute, second] =
    /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  return (
    date !== undefined && isDate(date) && Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60
  );
}

/** A duration as Go writes it. */
export const DURATION_TEXT = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/;

/** The formats of texts that an API server checks; it ignores all others, and those of numbers. */
const formats: Readonly<
  Record<string, { readonly accepts: (text: string) => boolean; readonly words: string }>
> = {
  byte: {
    accepts: (text) =>
      /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text),
    words: "base64",
  },
  cidr: { accepts: isAnyNetwork, words: "a network in CIDR notation" },
  date: { accepts: isDate, words: "a date, for example 2006-01-02" },
  "date-time": {
    accepts: isDateTime,
    words: "a date and time of RFC 3339, for example 2006-01-02T15:04:05Z",
  },
  duration: {
    accepts: (text) => DURATION_TEXT.test(text),
    words: "a duration, for example 1m30s",
  },
  ipv4: { accepts: (text) => isAnyAddress(text) && text.includes("."), words: "an IPv4 address" },
  ipv6: { accepts: (text) => isAnyAddress(text) && text.includes(":"), words: "an IPv6 address" },
  uri: { accepts: (text) => parseRequestUrl(text) !== undefined, words: "an absolute URI" },
  uuid: {
    accepts: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
    words: "a UUID",
  },
};

/** What a text of this format must be, in words, when it is not; undefined when it is. */
export function formatMismatch(format: string, text: string): string | undefined {
  const known = formats[format];
  return known === undefined || known.accepts(text) ? undefined : known.words;
}
