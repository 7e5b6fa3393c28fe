import { readFileSync } from "node:fs";
import * as path from "node:path";
import { PAGE_COLOURS, withColours } from "./palette";

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
const PICTURE = asset("picture.css");
/** How a picture by itself looks. */
export const PICTURE_STYLE = withColours(`${PICTURE}svg{background:var(--bg)}`);
/** How a page with pictures looks. */
export const PAGE_STYLE = PAGE_COLOURS + PICTURE + asset("page.css");
/** What the page does. */
export const PAGE_SCRIPT = asset("page.browser.js");
