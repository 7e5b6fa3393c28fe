import type { Value } from "../reader";
import { textsOf } from "./fields";
import { isAddressOrRange } from "./names";
import type { Problems } from "./problem";

/** The values that matchers of an AuthorizationPolicy take. */

const MOST_ACCOUNTS = 16;
const LONGEST_ACCOUNT = 320;

export function checkAddresses(problems: Problems, list: Value): void {
  for (const [text, item] of textsOf(list))
    if (!isAddressOrRange(text)) problems.refuse(item.path, `${JSON.stringify(text)} is no address`);
}

export function checkPortTexts(problems: Problems, list: Value): void {
  for (const [text, item] of textsOf(list))
    if (!/^\d+$/.test(text) || Number(text) > 65535)
      problems.refuse(item.path, `${JSON.stringify(text)} is no port number`);
}

/** `account` or `namespace/account`. */
export function checkAccounts(problems: Problems, list: Value): void {
  if (list.items().length > MOST_ACCOUNTS)
    problems.refuse(list.path, `there are more than ${MOST_ACCOUNTS} service accounts`);
  for (const [text, item] of textsOf(list)) {
    const isAccount = /^([^/*]+\/)?[^/*]+$/.test(text) && Buffer.byteLength(text) <= LONGEST_ACCOUNT;
    if (!isAccount)
      problems.refuse(item.path, `${JSON.stringify(text)} is no service account, or namespace/account`);
  }
}

/** A text with one `*`, at its beginning or its end. */
export function checkWildcards(problems: Problems, list: Value): void {
  for (const [text, item] of textsOf(list)) {
    const star = text.indexOf("*");
    const isWildcard =
      star === -1 || (text.lastIndexOf("*") === star && (star === 0 || star === text.length - 1));
    if (text === "" || !isWildcard)
      problems.refuse(item.path, `${JSON.stringify(text)}: one * may begin or end a value`);
  }
}

export function checkTrustDomains(problems: Problems, list: Value): void {
  checkWildcards(problems, list);
  for (const [text, item] of textsOf(list))
    if (text.includes("/")) problems.refuse(item.path, `${JSON.stringify(text)} is no trust domain`);
}

/** `{*}` stands for one part of a path and `{**}`, which nothing like it follows, for any number. */
export function checkPathTemplate(problems: Problems, text: string, at: string): void {
  const isTemplate = text.includes("{*}") || text.includes("{**}");
  let isRest = false;
  for (const part of text.replace(/^\/+|\/+$/g, "").split("/")) {
    if (part === "{*}" || part === "{**}") {
      if (isRest) {
        problems.refuse(at, `${JSON.stringify(text)}: {**} is the last of its kind in a path`);
        return;
      }
      isRest = part === "{**}";
    } else if (/[{}]/.test(part) || (isTemplate && !/^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/.test(part))) {
      problems.refuse(at, `${JSON.stringify(text)}: a part of a path is {*}, {**} or a text without { and }`);
      return;
    }
  }
}
