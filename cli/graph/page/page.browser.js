// What the page does, in the reader's browser: no module, no request, nothing but the page itself.

/**
 * @typedef {{ id: string, kind: string, name: string, namespace: string, details: string[], mtls?: string, dataPlane?: string,
 *   waypoint?: string, subsets: { name: string, weight?: number }[], objects: string[], findings: number[] }} Box
 * @typedef {{ id: string, kind: string, from: string, to: string, label: string, broken?: string, objects: string[],
 *   findings: number[] }} Edge
 * @typedef {{ name: string, mtls?: string, dataPlane?: string, defaultDeny: boolean, objects: string[], findings: number[] }} Namespace
 * @typedef {{ rule: string, level: string, path: string, message: string, fix: string, docs: string,
 *   object: { kind: string, namespace?: string, name: string } }} Finding
 * @typedef {{ svg?: string, arrows?: { from: string, to: string, svg: string }[] }} View
 * @typedef {{ title: string, nodes: Box[], edges: Edge[], namespaces: Namespace[], findings: Finding[],
 *   views: Record<string, View>, yaml: Record<string, string> }} Data
 */

void (async () => {
  "use strict";

  /** @param {string} id */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
  /** @param {ParentNode} root @param {string} selector */
  const all = (root, selector) => /** @type {SVGElement[]} */ ([...root.querySelectorAll(selector)]);

  const stage = byId("stage");
  const panel = byId("panel");
  const search = /** @type {HTMLInputElement} */ (byId("search"));
  const onlyFindings = /** @type {HTMLInputElement} */ (byId("only-findings"));
  const filters = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-kind]")]);

  /** The name of the open view; the first one has none. */
  let current = "";
  /** The reader moved the picture: it stays where it is when the window changes. */
  let touched = false;
  /** What stays free at the foot. */
  const LEGEND = 36;
  /** Letters of a smaller picture cannot be read with ease. */
  const READABLE = 0.8;
  /** The box whose arrows are shown. @type {string | undefined} */
  let pointed;
  /** Boxes that are what is searched for. @type {Set<string | undefined>} */
  let hits = new Set();
  let scale = 1;
  let x = 0;
  let y = 0;
  /** Where the keyboard goes back to. @type {SVGElement | HTMLElement | null} */
  let last = null;

  // --- Pictures -----------------------------------------------------------------------------------------------------

  /** The picture that is shown. */
  const view = () => /** @type {SVGElement} */ (stage.querySelector("svg.view:not([hidden])"));

  const place = () => {
    view().style.transform = `translate(${x}px,${y}px) scale(${scale})`;
  };

  /** How large all of the picture can be in the room that there is. */
  const fitting = () => {
    const picture = view();
    const width = Number(picture.getAttribute("width"));
    const height = Number(picture.getAttribute("height"));
    return {
      width,
      height,
      scale: Math.min(1.25, stage.clientWidth / width, (stage.clientHeight - LEGEND) / height),
    };
  };

  const fit = () => {
    touched = false;
    const { width, height, scale: fitted } = fitting();
    scale = fitted;
    x = Math.max(0, (stage.clientWidth - width * scale) / 2);
    y = Math.max(0, (stage.clientHeight - LEGEND - height * scale) / 2);
    place();
  };

  /** @param {number} factor @param {number} [atX] @param {number} [atY] */
  const zoom = (factor, atX = stage.clientWidth / 2, atY = stage.clientHeight / 2) => {
    touched = true;
    const next = Math.min(4, Math.max(0.1, scale * factor));
    x = atX - ((atX - x) * next) / scale;
    y = atY - ((atY - y) * next) / scale;
    scale = next;
    place();
  };

  /** Moves the picture so that what has the focus can be seen. @param {Element} element */
  const reveal = (element) => {
    const frame = stage.getBoundingClientRect();
    const box = element.getBoundingClientRect();
    const shift = (
      /** @type {number} */ low,
      /** @type {number} */ high,
      /** @type {number} */ from,
      /** @type {number} */ to,
    ) => (low < from ? from - low + 16 : high > to ? to - high - 16 : 0);
    const dx = shift(box.left, box.right, frame.left, frame.right);
    const dy = shift(box.top, box.bottom, frame.top, frame.bottom);
    if (dx === 0 && dy === 0) return;
    x += dx;
    y += dy;
    place();
  };

  // The picture that the page brings along stands in its place before anything else is read.
  fit();

  /** Everything beside the first picture. @returns {Promise<Data>} */
  const unpack = async () => {
    const bytes = Uint8Array.from(atob(byId("packed").textContent ?? ""), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return /** @type {Data} */ (JSON.parse(await new Response(stream).text()));
  };

  const data = await unpack().catch((/** @type {unknown} */ error) => {
    byId("count").textContent = "This browser cannot read the details";
    throw error;
  });
  const nodes = new Map(data.nodes.map((node) => [node.id, node]));
  const edges = new Map(data.edges.map((edge) => [edge.id, edge]));
  const namespaces = new Map(data.namespaces.map((namespace) => [namespace.name, namespace]));
  /** What a search asks of closed namespaces. @type {Map<string, string[]>} */
  const namesIn = new Map(data.namespaces.map(({ name }) => [name, []]));
  for (const { namespace, name } of data.nodes) namesIn.get(namespace)?.push(name.toLowerCase());

  /** Shows a picture: the first one stays in the page, the others are there while they are looked at. @param {string} id */
  const open = (id) => {
    current = id;
    for (const each of all(stage, "svg.view")) {
      if (each.dataset["view"] === "") each.toggleAttribute("hidden", id !== "");
      else each.remove();
    }
    if (id !== "") stage.insertAdjacentHTML("afterbegin", data.views[id]?.svg ?? "");
    byId("back").hidden = id === "";
    byId("hint").hidden = !view().classList.contains("grid");
    byId("where").textContent = id === "" ? data.title : id;
    point(null);
    fit();
    apply();
  };

  /** In a grid only the arrows of one box are there, and the one that is open in the panel. @param {string | undefined} id */
  const drawArrows = (id) => {
    const arrows = data.views[current]?.arrows;
    const layer = view().querySelector(".arrows");
    if (arrows === undefined || layer === null) return;
    for (const arrow of all(layer, ".arrow:not(.selected)")) arrow.remove();
    const kept = layer.querySelector(".selected")?.getAttribute("data-id");
    for (const { from, to, svg } of arrows) {
      if (id !== from && id !== to) continue;
      layer.insertAdjacentHTML("beforeend", svg);
      const drawn = layer.lastElementChild;
      if (kept !== undefined && drawn?.getAttribute("data-id") === kept) drawn?.remove();
    }
  };

  /** Shows the arrows of one box, or of all. @param {Element | null} box */
  const point = (box) => {
    const id = box instanceof SVGElement ? box.dataset["id"] : undefined;
    if (id === pointed && id !== undefined) return;
    pointed = id;
    drawArrows(id);
    stage.classList.toggle("pointing", id !== undefined);
    const near = new Set([id]);
    for (const arrow of all(view(), ".arrow")) {
      const { from, to } = arrow.dataset;
      const touches = id !== undefined && (from === id || to === id);
      arrow.classList.toggle("near", touches);
      if (touches) near.add(from).add(to);
    }
    for (const each of all(view(), ".box")) each.classList.toggle("near", near.has(each.dataset["id"]));
    fadeArrows();
  };

  /** What stands for a node in the open view. @param {string} id */
  const standIn = (id) => {
    const node = nodes.get(id);
    return node === undefined || boxOf(id) !== undefined ? id : `namespace ${node.namespace}`;
  };

  /** @param {string} id */
  const boxOf = (id) => all(view(), ".box").find((box) => box.dataset["id"] === id);

  // --- Search and filters -------------------------------------------------------------------------------------------

  const apply = () => {
    const asked = search.value.trim().toLowerCase();
    const bad = onlyFindings.checked;
    hits = new Set();
    for (const box of all(view(), ".box")) {
      const { id, opens = "" } = box.dataset;
      const said = [box.getAttribute("aria-label")?.toLowerCase() ?? "", ...(namesIn.get(opens) ?? [])];
      const hit = said.some((each) => each.includes(asked)) && (!bad || box.classList.contains("bad"));
      if (hit) hits.add(id);
      box.classList.toggle("faded", !hit);
      box.classList.toggle("found", asked !== "" && hit);
    }
    byId("count").textContent = asked !== "" || bad ? `${hits.size} found` : "";
    fadeArrows();
  };

  const fadeArrows = () => {
    const kinds = new Set(filters.filter(({ checked }) => checked).map((input) => input.dataset["kind"]));
    for (const arrow of all(view(), ".arrow")) {
      const { from, to, kind } = arrow.dataset;
      arrow.style.display = kinds.has(kind) ? "" : "none";
      const touches = hits.has(from) || hits.has(to);
      arrow.classList.toggle("faded", !touches || (onlyFindings.checked && !arrow.classList.contains("bad")));
    }
  };

  // --- The panel ----------------------------------------------------------------------------------------------------

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag @param {string} [text] @param {string} [className]
   */
  const make = (tag, text, className) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className !== undefined) element.className = className;
    return element;
  };

  /** @param {string} text @param {() => void} act */
  const link = (text, act) => {
    const button = make("button", text, "link");
    button.type = "button";
    button.addEventListener("click", act);
    const item = make("li");
    item.append(button);
    return item;
  };

  /** @param {string} title @param {HTMLElement[]} items */
  const section = (title, items) => {
    panel.append(make("h3", title));
    const list = make("ul");
    list.append(...items);
    panel.append(list);
  };

  /** @param {string} id */
  const nameOf = (id) => nodes.get(id)?.name ?? id;

  /** @param {Edge} edge */
  const sentence = (edge) => {
    const verb = { route: "→", allow: "may call", deny: "may not call" }[edge.kind] ?? "→";
    const label = edge.label === "" ? "" : `: ${edge.label.split("\n").join("; ")}`;
    return `${nameOf(edge.from)} ${verb} ${nameOf(edge.to)}${label}${edge.broken === undefined ? "" : " (not served)"}`;
  };

  /** @param {Finding} finding @param {boolean} named */
  const findingItem = (finding, named) => {
    const item = make("li", undefined, `finding ${finding.level}`);
    const { kind, namespace, name } = finding.object;
    if (named)
      item.append(make("p", `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`, "soft"));
    item.append(make("strong", finding.rule), make("p", finding.message));
    item.append(make("p", finding.path, "soft"), make("p", `Fix: ${finding.fix}`));
    return item;
  };

  /** Findings and objects, which end every panel. @param {string[]} objects @param {number[]} findings */
  const details = (objects, findings) => {
    const found = findings.flatMap((index) => data.findings[index] ?? []);
    section(
      found.length === 0 ? "No findings" : "Findings",
      found.map((finding) => findingItem(finding, false)),
    );
    const items = objects.map((key) => {
      const item = make("li");
      const fold = make("details");
      fold.append(make("summary", key));
      fold.addEventListener("toggle", () => {
        if (fold.querySelector("pre") === null) fold.append(make("pre", data.yaml[key] ?? ""));
      });
      item.append(fold);
      return item;
    });
    if (items.length > 0) section("Objects", items);
  };

  /** @param {string} title @param {string} kind @param {string[]} lines */
  const begin = (title, kind, lines) => {
    const close = make("button", "Close");
    close.id = "close";
    close.type = "button";
    close.addEventListener("click", hide);
    panel.replaceChildren(
      close,
      make("h2", title),
      make("p", kind, "soft"),
      ...lines.map((line) => make("p", line)),
    );
  };

  /** @param {Element | null} selected */
  const openPanel = (selected) => {
    for (const each of document.querySelectorAll(".selected")) each.classList.remove("selected");
    selected?.classList.add("selected");
    const opened = panel.hidden;
    panel.hidden = false;
    panel.scrollTop = 0;
    if (opened && !touched && fitting().scale > READABLE) fit();
    else if (selected !== null) reveal(selected);
    byId("close").focus({ preventScroll: true });
  };

  const hide = () => {
    panel.hidden = true;
    if (!touched) fit();
    for (const each of document.querySelectorAll(".selected")) each.classList.remove("selected");
    last?.focus({ preventScroll: true });
  };

  const MTLS = {
    strict: "Mutual TLS only",
    permissive: "Mutual TLS or plaintext",
    disabled: "Plaintext only",
  };
  const PLANES = { sidecar: "Sidecar", ambient: "Ambient: ztunnel on its node", none: "Outside the mesh" };

  /** @param {{ mtls?: string, dataPlane?: string }} of */
  const planeWords = ({ mtls, dataPlane }) => [
    ...(dataPlane === undefined ? [] : [PLANES[/** @type {"none"} */ (dataPlane)]]),
    ...(mtls === undefined ? [] : [MTLS[/** @type {"strict"} */ (mtls)]]),
  ];

  /** @param {Box} node @param {Element | null} at */
  const showNode = (node, at) => {
    begin(node.name, node.namespace === "" ? node.kind : `${node.kind} in ${node.namespace}`, [
      ...planeWords(node),
      ...(node.waypoint === undefined ? [] : [`Requests pass waypoint ${node.waypoint}`]),
      ...(node.details.length === 0 ? [] : [node.details.join(", ")]),
      ...node.subsets.map(
        ({ name, weight }) => `subset ${name}${weight === undefined ? "" : `: ${weight} %`}`,
      ),
    ]);
    const touching = data.edges.filter(({ from, to }) => from === node.id || to === node.id);
    if (touching.length > 0)
      section(
        "Calls and routes",
        touching.map((edge) => link(sentence(edge), () => showEdge(edge, arrowOf(edge)))),
      );
    details(node.objects, node.findings);
    openPanel(at);
  };

  /** @param {Edge} edge */
  const arrowOf = (edge) => all(view(), ".arrow").find((arrow) => arrow.dataset["id"] === edge.id) ?? null;

  /** @param {Edge} edge @param {Element | null} at */
  const showEdge = (edge, at) => {
    const said = {
      route: "Requests are sent here.",
      allow: "This call is allowed.",
      deny: "This call is denied.",
    };
    begin(
      `${nameOf(edge.from)} → ${nameOf(edge.to)}`,
      edge.broken === undefined
        ? said[/** @type {"route"} */ (edge.kind)]
        : "An object says so, but nothing goes this way.",
      edge.label === "" ? [] : edge.label.split("\n"),
    );
    if (edge.broken !== undefined) panel.append(make("p", edge.broken, "why"));
    section(
      "Between",
      [edge.from, edge.to].map((id) => link(nameOf(id), () => goTo(id))),
    );
    details(edge.objects, edge.findings);
    openPanel(at);
  };

  /** @param {Namespace} namespace @param {Element | null} at */
  const showNamespace = (namespace, at) => {
    begin(namespace.name, "namespace", [
      ...planeWords(namespace),
      ...(namespace.defaultDeny ? ["Calls that no policy allows are denied"] : []),
    ]);
    details(namespace.objects, namespace.findings);
    openPanel(at);
  };

  /** Several arrows that are drawn as one. @param {SVGElement} arrow */
  const showMerged = (arrow) => {
    const { from, to, kind } = arrow.dataset;
    begin(arrow.getAttribute("aria-label") ?? "", "", []);
    const these = data.edges.filter(
      (edge) => edge.kind === kind && standIn(edge.from) === from && standIn(edge.to) === to,
    );
    section(
      "Calls and routes",
      these.map((edge) => link(sentence(edge), () => showEdge(edge, arrow))),
    );
    openPanel(arrow);
  };

  const showFindings = () => {
    begin(byId("findings").textContent ?? "", "mandatory ones first", []);
    const sorted = [...data.findings].sort((a, b) =>
      a.level === b.level ? 0 : a.level === "mandatory" ? -1 : 1,
    );
    section(
      "Findings",
      sorted.map((finding) => findingItem(finding, true)),
    );
    openPanel(null);
  };

  /** Shows a node, in the view where its box is. @param {string} id */
  const goTo = (id) => {
    const node = nodes.get(id);
    if (node === undefined) return;
    if (boxOf(id) === undefined) open(namespaces.has(node.namespace) ? node.namespace : "");
    const box = boxOf(id);
    if (box !== undefined) {
      last = box;
      point(box);
      reveal(box);
    }
    showNode(node, box ?? null);
  };

  /** What a click, Enter or Space does. @param {SVGElement} element */
  const act = (element) => {
    last = element;
    const { id = "", opens, namespace } = element.dataset;
    const [node, edge] = [nodes.get(id), edges.get(id)];
    if (namespace !== undefined) {
      const there = namespaces.get(namespace);
      if (there !== undefined) showNamespace(there, element);
    } else if (opens !== undefined) {
      open(opens);
      const [first] = all(view(), search.value === "" ? ".box" : ".box.found");
      first?.focus({ preventScroll: true });
    } else if (node !== undefined) showNode(node, element);
    else if (edge !== undefined) showEdge(edge, element);
    else showMerged(element);
  };

  // --- Mouse and keyboard -------------------------------------------------------------------------------------------

  const TARGETS = ".box,.arrow,.group .title";
  /** @param {EventTarget | null} target */
  const targetOf = (target) =>
    target instanceof Element ? /** @type {SVGElement | null} */ (target.closest(TARGETS)) : null;

  /** @type {{ x: number, y: number, startX: number, startY: number } | null} */
  let drag = null;
  let dragged = false;

  stage.addEventListener("click", (event) => {
    const target = targetOf(event.target);
    if (target !== null && !dragged) act(target);
  });
  stage.addEventListener("pointerdown", (event) => {
    drag = { x: event.clientX - x, y: event.clientY - y, startX: event.clientX, startY: event.clientY };
    dragged = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (drag === null) return;
    if (Math.abs(event.clientX - drag.startX) + Math.abs(event.clientY - drag.startY) > 4) dragged = true;
    if (!dragged) return;
    touched = true;
    x = event.clientX - drag.x;
    y = event.clientY - drag.y;
    place();
  });
  window.addEventListener("pointerup", () => {
    drag = null;
  });
  stage.addEventListener("pointerover", (event) => {
    const target = targetOf(event.target);
    if (target === null || target.classList.contains("box"))
      point(target ?? document.activeElement?.closest(".box") ?? null);
  });
  stage.addEventListener("focusin", (event) => {
    const target = targetOf(event.target);
    if (target === null) return;
    if (!target.classList.contains("arrow")) point(target.classList.contains("box") ? target : null);
    reveal(target);
  });
  stage.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const frame = stage.getBoundingClientRect();
      zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, event.clientX - frame.left, event.clientY - frame.top);
    },
    { passive: false },
  );

  /** The next box in a direction. @param {SVGElement} from @param {string} key */
  const step = (from, key) => {
    const here = from.getBoundingClientRect();
    /** @type {SVGElement | undefined} */
    let best;
    let least = Infinity;
    for (const box of all(view(), ".box")) {
      if (box === from) continue;
      const there = box.getBoundingClientRect();
      const dx = (there.left + there.right - here.left - here.right) / 2;
      const dy = (there.top + there.bottom - here.top - here.bottom) / 2;
      const ahead = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[key] ?? 0;
      const aside = key === "ArrowLeft" || key === "ArrowRight" ? Math.abs(dy) : Math.abs(dx);
      if (ahead > 4 && ahead + aside * 2 < least) [best, least] = [box, ahead + aside * 2];
    }
    best?.focus({ preventScroll: true });
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!panel.hidden) hide();
      else if (search.value !== "") {
        search.value = "";
        apply();
      } else if (current !== "") back();
      return;
    }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = targetOf(event.target);
    if (event.key === "/") {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (target !== null && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      act(target);
    } else if (event.key === "+" || event.key === "=") zoom(1.2);
    else if (event.key === "-") zoom(1 / 1.2);
    else if (event.key === "0") fit();
    else if (target !== null && event.key.startsWith("Arrow")) {
      event.preventDefault();
      step(target, event.key);
    }
  });

  search.addEventListener("input", apply);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") all(view(), ".box.found")[0]?.focus({ preventScroll: true });
  });
  for (const input of [...filters, onlyFindings]) input.addEventListener("change", apply);

  const back = () => {
    const from = current;
    open("");
    boxOf(`namespace ${from}`)?.focus({ preventScroll: true });
  };
  byId("back").addEventListener("click", back);
  byId("fit").addEventListener("click", fit);
  byId("in").addEventListener("click", () => zoom(1.2));
  byId("out").addEventListener("click", () => zoom(1 / 1.2));
  byId("findings").addEventListener("click", () => {
    last = byId("findings");
    showFindings();
  });
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark =
      root.dataset["theme"] === undefined
        ? matchMedia("(prefers-color-scheme: dark)").matches
        : root.dataset["theme"] === "dark";
    root.dataset["theme"] = dark ? "light" : "dark";
  });
  window.addEventListener("resize", () => {
    if (!touched) fit();
  });
  open("");
  document.documentElement.dataset["ready"] = "true";
})();
