// The page: a list of recent traces at "/", and the waterfall of one at "/?traceId=", "/?ref=" or "/?interactionId=".

const FINDERS = ["traceId", "ref", "interactionId"];
const KINDS = ["", "internal", "server", "client", "producer", "consumer"];
const REFRESH_MS = 2000;
const main = document.getElementById("main");

/** Make an element; text is always set as text, spans come from outside. */
function element(tag, { className = "", text, style = {}, ...properties } = {}, children = []) {
  const made = Object.assign(document.createElement(tag), { className, ...properties });
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(style)) made.style.setProperty(name, value);
  made.append(...children);
  return made;
}

/** A method without its package: what differs stays visible in a narrow column. */
function short(name) {
  return name.replace(/^\/?(?:\w+\.)+(\w+\/\w+)$/, "$1");
}

/** A steady colour for each service, none of them the red of errors. */
function hue(service) {
  let hash = 7;
  for (const letter of service) hash = (hash * 31 + letter.codePointAt(0)) % 360;
  return `hsl(${40 + ((hash * 47) % 280)} 62% 50%)`;
}

function duration(nanoseconds) {
  const ms = nanoseconds / 1e6;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms >= 1 ? `${ms.toFixed(1)} ms` : `${Math.round(ms * 1000)} µs`;
}

function hint(title, text) {
  main.replaceChildren(element("div", { className: "hint" }, [element("b", { text: title }), text]));
}

function chips(services) {
  return services.map((text) => element("span", { className: "chip", text, style: { "--hue": hue(text) } }));
}

// ---- the list

function listRow(trace) {
  const began = new Date(Number(BigInt(trace.startTimeUnixNano) / 1000000n));
  const cells = [
    element("td", { className: "when soft", text: began.toLocaleTimeString() }),
    element("td", { className: trace.error ? "failed" : "" }, [
      element("a", { href: `/?traceId=${trace.traceId}`, title: trace.name, text: short(trace.name) }),
    ]),
    element("td", {}, chips(trace.services)),
    element("td", { className: "mono soft", text: trace.ref }),
    element("td", { className: "number soft", text: trace.spans }),
    element("td", { className: "number", text: duration(Number(trace.durationNano)) }),
  ];
  return element("tr", { onclick: () => location.assign(`/?traceId=${trace.traceId}`) }, cells);
}

async function showList() {
  const { traces } = await (await fetch("/recent")).json();
  if (!traces.length) {
    hint("No traces yet", "Type a command in Discord or the simulator, or call the API: it appears here.");
    return;
  }
  const heads = ["Time", "Name", "Services", "Reference", "Spans", "Duration"];
  const head = element("tr", {}, heads.map((text, column) =>
    element("th", { text, className: column > 3 ? "number" : "" })));
  const table = element("table", { className: "traces" }, [
    element("thead", {}, [head]),
    element("tbody", {}, traces.map(listRow)),
  ]);
  main.replaceChildren(element("div", { className: "card" }, [table]));
}

async function keepList() {
  if (!document.hidden) await showList().catch(() => hint("Not reachable", "The receiver does not answer; trying again."));
  setTimeout(keepList, REFRESH_MS);
}

// ---- the waterfall

function plain(value) {
  if (value?.arrayValue) return (value.arrayValue.values ?? []).map(plain).join(", ");
  if (value?.kvlistValue) return JSON.stringify(pairs(value.kvlistValue.values));
  return String(Object.values(value ?? {})[0] ?? "");
}

function pairs(attributes) {
  return Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, plain(value)]));
}

/** The spans of an answer, with the service that made each. */
function spansOf(answer) {
  return answer.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) => spans.map((span) => ({
      ...span,
      resource: pairs(resource?.attributes),
      scope: scope?.name ?? "",
      service: pairs(resource?.attributes)["service.name"] ?? "unknown",
      start: BigInt(span.startTimeUnixNano ?? 0),
      end: BigInt(span.endTimeUnixNano ?? 0),
      failed: span.status?.code === 2,
    }))));
}

/** Spans in the order of a tree, each with its depth; one whose parent is unknown is a root. */
function ordered(spans) {
  const known = new Set(spans.map((span) => span.spanId));
  const children = Map.groupBy(spans, (span) => (known.has(span.parentSpanId) ? span.parentSpanId : ""));
  const rows = [];
  const walk = (parent, depth) => {
    const siblings = (children.get(parent) ?? []).sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
    for (const span of siblings) {
      rows.push({ ...span, depth });
      walk(span.spanId, depth + 1);
    }
  };
  walk("", 0);
  return rows;
}

function definitions(title, values) {
  const entries = Object.entries(values).filter(([, value]) => value !== "");
  if (!entries.length) return [];
  const list = entries.flatMap(([name, value]) => [
    element("dt", { className: "mono", text: name }),
    element("dd", { className: "mono", text: value }),
  ]);
  return [element("h2", { text: title }), element("dl", {}, list)];
}

function details(span, began) {
  const events = (span.events ?? []).flatMap((event) => {
    const offset = duration(Number(BigInt(event.timeUnixNano ?? began) - began));
    return definitions(`${event.name} at ${offset}`, pairs(event.attributes));
  });
  const facts = {
    span: span.spanId,
    parent: span.parentSpanId ?? "",
    kind: KINDS[span.kind] ?? "",
    start: duration(Number(span.start - began)),
    duration: duration(Number(span.end - span.start)),
    error: span.failed ? span.status.message || "yes" : "",
    links: (span.links ?? []).map((link) => link.traceId).join(" "),
  };
  return element("div", { className: "details" }, [
    ...definitions("Span", facts),
    ...definitions("Attributes", pairs(span.attributes)),
    ...events,
    ...definitions(`Resource · ${span.scope}`, span.resource),
  ]);
}

function spanRow(span, began, total) {
  const share = (nanoseconds) => `${(Number(nanoseconds) / total) * 100}%`;
  const style = {
    "--hue": hue(span.service),
    "--depth": span.depth,
    "--from": share(span.start - began),
    "--width": share(span.end - span.start),
  };
  const row = element("div", { className: `row ${span.failed ? "failed" : ""}`, style, tabIndex: 0, role: "button" }, [
    element("div", { className: "name", title: span.name }, [
      element("i"),
      element("span", { text: short(span.name) }),
      element("small", { text: span.service }),
    ]),
    element("div", { className: "time" }, [
      element("div", { className: "bar" }),
      element("small", { text: duration(Number(span.end - span.start)) }),
    ]),
  ]);
  const toggle = () => {
    if (row.classList.toggle("open")) row.after(details(span, began));
    else row.nextElementSibling.remove();
  };
  row.addEventListener("click", toggle);
  row.addEventListener("keydown", (event) => event.key === "Enter" && toggle());
  return row;
}

function scale(total) {
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => element("span", { text: duration(total * part) }));
  return element("div", { className: "row scale" }, [
    element("div", { className: "name" }),
    element("div", { className: "time" }, marks),
  ]);
}

function drawTrace(answer) {
  const rows = ordered(spansOf(answer));
  const began = rows.reduce((least, span) => (span.start < least ? span.start : least), rows[0].start);
  const ended = rows.reduce((most, span) => (span.end > most ? span.end : most), rows[0].end);
  const total = Math.max(Number(ended - began), 1);
  const services = [...new Set(rows.map((span) => span.service))];
  const when = new Date(Number(began / 1000000n)).toLocaleString();
  document.title = `${rows[0].name} · Segue traces`;
  main.replaceChildren(
    element("div", { className: "title" }, [
      element("h1", { text: short(rows[0].name) }),
      element("p", { className: "soft", text: `${when} · ${duration(total)} · ${rows.length} spans · ` }, [
        element("span", { className: "mono", text: rows[0].traceId }),
      ]),
      ...chips(services),
    ]),
    element("div", { className: "card waterfall" }, [scale(total), ...rows.map((span) => spanRow(span, began, total))]),
  );
}

async function showTrace(name, value) {
  const response = await fetch(`/v1/traces?${new URLSearchParams({ [name]: value })}`);
  if (response.ok) drawTrace(await response.json());
  else hint("No such trace", (await response.json()).message);
}

/** Find by whatever was typed: a trace id is 32 hexadecimal digits, an interaction id a number, the rest a reference. */
function search(event) {
  event.preventDefault();
  const wanted = new FormData(event.target).get("wanted").trim();
  const name = /^[0-9a-f]{32}$/i.test(wanted) ? "traceId" : /^\d{15,}$/.test(wanted) ? "interactionId" : "ref";
  if (wanted) location.assign(`/?${new URLSearchParams({ [name]: wanted })}`);
}

document.getElementById("search").addEventListener("submit", search);
const query = new URLSearchParams(location.search);
const finder = FINDERS.find((name) => query.has(name));
if (finder) await showTrace(finder, query.get(finder));
else await keepList();
