import { readFileSync } from "node:fs";
import * as path from "node:path";

/** A file that goes into pictures and pages as it is, without the notes for those who work on it. */
function asset(name: string): string {
  const text = readFileSync(path.join(__dirname, "page", name), "utf8");
  return name.endsWith(".css")
    ? text
        .replace(/\/\*[^]*?\*\//g, "")
        .replace(/\s+/g, " ")
        .replace(/ ?([{};]) ?/g, "$1")
        .trim()
    : text.trim();
}

/** How boxes and arrows look. */
export const PICTURE_STYLE = asset("picture.css");
/** How the page around them looks. */
export const PAGE_STYLE = asset("page.css");
/** What the page does. */
export const PAGE_SCRIPT = asset("page.browser.js");
