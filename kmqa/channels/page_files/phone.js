"use strict";
// One page for two channels: the demo's phone, which plays a person towards the stand-in for
// Meta, and an organisation's own page. Texts from outside are set as text, never as markup.

const mode = document.body.dataset.mode;
const POLL = 700; // milliseconds between looks
const at = (id) => document.getElementById(id);

const WORDS = {
  en: {
    skip: "Skip to the message box", other: "اردو میں", type: "Type a message", send: "Send",
    chat: "Conversation", kind: "Kind of message", typing: "typing…", online: "online",
    why: "Why?", "why-title": "What the bot decided, and why", "no-why": "Ask something on the phone.",
    score: "Score", threshold: "Threshold", language: "Language", took: "Time", bundle: "Bundle",
    candidates: "Candidates", answer: "Answer", costs: "Costs so far", try: "Try what goes wrong",
    slow: "Slow network (3 s)", twice: "Every webhook three times",
    "hidden-phone": "No phone number, user id only", "somebody-else": "Be somebody else",
    console: "Curators' console", api: "API", close: "Close", list: "Choose",
    sent: (n, billed) => `${n} messages sent, ${billed} billed`, me: "You", bot: "Bot",
    offline: "No connection; trying again",
  },
  ur: {
    skip: "پیغام کے خانے پر جائیں", other: "In English", type: "پیغام لکھیں", send: "بھیجیں",
    chat: "گفتگو", kind: "پیغام کی قسم", typing: "لکھ رہا ہے…", online: "آن لائن",
    why: "کیوں؟", "why-title": "بوٹ نے کیا فیصلہ کیا، اور کیوں", "no-why": "فون پر کچھ پوچھیں۔",
    score: "اسکور", threshold: "حد", language: "زبان", took: "وقت", bundle: "بنڈل",
    candidates: "امیدوار جواب", answer: "جواب", costs: "اب تک کا خرچ", try: "خرابیاں آزمائیں",
    slow: "سست نیٹ ورک (3 سیکنڈ)", twice: "ہر اطلاع تین بار",
    "hidden-phone": "فون نمبر نہیں، صرف صارف کا نشان", "somebody-else": "کوئی اور بنیں",
    console: "مدیروں کا صفحہ", api: "API", close: "بند کریں", list: "منتخب کریں",
    sent: (n, billed) => `${n} پیغام بھیجے، ${billed} کے پیسے لگے`, me: "آپ", bot: "بوٹ",
    offline: "رابطہ نہیں؛ دوبارہ کوشش ہو رہی ہے",
  },
};
let spoken = new URLSearchParams(location.search).get("lang") === "ur" ? "ur" : "en";

function speak() {
  const words = WORDS[spoken];
  document.documentElement.lang = spoken;
  document.documentElement.dir = spoken === "ur" ? "rtl" : "ltr";
  for (const node of document.querySelectorAll("[data-say]")) node.textContent = words[node.dataset.say];
  for (const node of document.querySelectorAll("[data-say-label]")) node.setAttribute("aria-label", words[node.dataset.sayLabel]);
  at("direction").textContent = spoken === "ur" ? "English" : "اردو";
  at("direction").lang = spoken === "ur" ? "en" : "ur";
  at("text").placeholder = words.type;
}

// Who writes. A page of an organisation knows a random session alone.
function remembered(key, made) {
  let value = sessionStorage.getItem(key);
  if (!value) sessionStorage.setItem(key, (value = made()));
  return value;
}
const newPhone = () => "2547" + String(Math.floor(Math.random() * 1e8)).padStart(8, "0");
const newSession = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
let me = mode === "demo" ? remembered("phone", newPhone) : remembered("session", newSession);

class TooMuch extends Error {} // its message is the service's own, in the language of the text

async function call(url, body, headers = {}) {
  const how = body === undefined ? { headers } : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(url, how);
  if (answer.status === 429) throw new TooMuch((await answer.json()).error.message);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

const channels = {
  demo: {
    text: (text) => call("meta/simulate/messages", { from: me, text }),
    tap: (option, isRow) => {
      const reply = { id: option.id, title: option.title };
      const interactive = isRow ? { type: "list_reply", list_reply: reply } : { type: "button_reply", button_reply: reply };
      return call("meta/simulate/messages", { from: me, type: "interactive", interactive });
    },
    other: (kind) => call("meta/simulate/messages", { from: me, type: kind, [kind]: OTHERS[kind] }),
    state: () => call(`phone/state?phone=${me}`),
    file: (held) => `phone/media/${encodeURIComponent(held.id)}`,
  },
  web: {
    text: (text) => write({ text }),
    tap: (option) => write({ choice: option.id, text: option.title }),
    state: async () => {
      const { messages } = await call("state", undefined, { "x-session": me });
      return { messages: [...mine, ...messages].sort((a, b) => a.at - b.at) };
    },
    file: (held) => `documents/${encodeURIComponent(held.kmqa_document)}`,
  },
};
const OTHERS = {
  audio: { id: "1", mime_type: "audio/ogg", voice: true }, image: { id: "1", mime_type: "image/jpeg" },
  sticker: { id: "1", mime_type: "image/webp" }, location: { latitude: -1.28, longitude: 36.82 },
};
const channel = channels[mode];

// The service forgets what was written as soon as it is answered, so the page keeps its own part.
const mine = JSON.parse(sessionStorage.getItem("mine") || "[]");

async function write(message) {
  const id = newSession();
  await call("messages", { session: me, id, ...message });
  mine.push({ id, mine: true, at: Date.now() / 1000, payload: { type: "text", text: { body: message.text } } });
  sessionStorage.setItem("mine", JSON.stringify(mine));
}

// Drawing

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// WhatsApp shows *words between stars* in bold.
function written(text) {
  const body = element("p", "body");
  body.dir = "auto";
  for (const [place, part] of text.split(/(\*[^*\n]+\*)/).entries()) {
    body.append(place % 2 ? element("strong", "", part.slice(1, -1)) : part);
  }
  return body;
}

function parts(payload) {
  const said = payload[payload.type] || {};
  if (payload.type === "text") return { text: said.body };
  if (payload.type === "document") return { text: said.caption || "", file: said };
  if (payload.type === "interactive") {
    const action = said.action || {};
    if (said.button_reply || said.list_reply) return { text: (said.button_reply || said.list_reply).title };
    if (said.type === "button") return { text: said.body.text, buttons: action.buttons.map((one) => one.reply) };
    return { text: said.body.text, label: action.button, rows: action.sections.flatMap((one) => one.rows) };
  }
  return { text: { audio: "🎤", image: "📷", sticker: "🙂", location: "📍" }[payload.type] || payload.type };
}

function drawn(message, read) {
  const { text, file, buttons, rows, label } = parts(message.payload);
  const item = element("li", message.mine ? "mine" : "theirs");
  item.dataset.id = message.id;
  const bubble = element("div", "bubble");
  bubble.append(element("span", "hidden", `${WORDS[spoken][message.mine ? "me" : "bot"]}: `));
  if (file) {
    const link = element("a", "file");
    link.href = channel.file(file);
    link.target = "_blank";
    link.rel = "noopener";
    link.append(element("b", "", "PDF"), element("span", "", file.filename));
    bubble.append(link);
  }
  bubble.append(written(text));
  const below = element("div", "below");
  below.append(element("time", "", new Date(message.at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
  if (message.mine) below.append(ticks(read.has(message.id)));
  bubble.append(below);
  item.append(bubble);
  if (buttons || rows) item.append(taps(buttons, rows, label));
  return item;
}

function ticks(isRead) {
  const shown = element("span", isRead ? "ticks read" : "ticks", "✓✓");
  shown.setAttribute("role", "img");
  shown.setAttribute("aria-label", isRead ? "read" : "delivered");
  return shown;
}

function taps(buttons, rows, label) {
  const box = element("div", "taps");
  for (const option of buttons || []) {
    const button = element("button", "", option.title);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => send(() => channel.tap(option, false)));
    box.append(button);
  }
  if (rows) {
    const button = element("button", "", `☰ ${label}`);
    button.type = "button";
    button.dir = "auto";
    button.addEventListener("click", () => openList(label, rows));
    box.append(button);
  }
  return box;
}

function openList(label, rows) {
  at("list-title").textContent = label;
  at("rows").replaceChildren(...rows.map((row) => {
    const button = element("button", "", row.title);
    button.value = row.id;
    button.dir = "auto";
    if (row.description) button.append(element("small", "", row.description));
    button.addEventListener("click", () => send(() => channel.tap(row, true)));
    return button;
  }));
  at("list").showModal();
}

// Keeping up

let shown = new Map();
let looking = false;

async function look() {
  if (looking) return;
  looking = true;
  try {
    draw(await channel.state());
  } catch {
    at("typing").textContent = WORDS[spoken].offline;
  }
  looking = false;
}

function draw(state) {
  const read = new Set(state.read || []);
  const chat = at("chat");
  for (const message of state.messages) {
    const known = shown.get(message.id);
    if (!known) {
      const item = drawn(message, read);
      shown.set(message.id, item);
      chat.append(item);
      at("log").scrollTop = at("log").scrollHeight;
    } else if (message.mine && read.has(message.id)) {
      known.querySelector(".ticks").replaceWith(ticks(true));
    }
  }
  const last = state.messages[state.messages.length - 1];
  const waits = last && last.mine && (mode === "web" || read.has(last.id)) && Date.now() / 1000 - last.at < 20;
  at("typing").textContent = WORDS[spoken][waits ? "typing" : "online"];
  if (mode === "demo") explain(state.why, state.costs);
}

function explain(why, costs) {
  at("costs").textContent = costs ? WORDS[spoken].sent(costs.sent, costs.billed) : "–";
  at("decision").hidden = !why;
  at("no-why").hidden = Boolean(why);
  if (!why) return;
  at("outcome").textContent = why.outcome;
  at("outcome").dataset.outcome = why.outcome;
  at("reason").textContent = why.reason;
  at("score").textContent = why.score.toFixed(3);
  at("threshold").textContent = why.threshold === null ? "–" : why.threshold.toFixed(3);
  at("language").textContent = why.language;
  at("took").textContent = `${why.took_ms.toFixed(1)} ms`;
  at("bundle").textContent = why.bundle_id.slice(0, 8);
  at("candidates").replaceChildren(...why.candidates.map(([name, score]) => {
    const row = element("tr", name === why.answer_id ? "offered" : "");
    row.append(element("td", "", name), element("td", "", score.toFixed(3)));
    return row;
  }));
}

// What was typed and not taken comes back into its box, unless something else stands there by now.
async function send(work, typed = "") {
  let refused = "";
  try {
    await work();
  } catch (error) {
    refused = error instanceof TooMuch ? error.message : WORDS[spoken].offline;
    if (!at("text").value) at("text").value = typed;
  }
  await look();
  if (refused) at("typing").textContent = refused;
}

at("writing").addEventListener("submit", (event) => {
  event.preventDefault();
  const kind = at("kind").value;
  const text = at("text").value.trim();
  if (mode === "demo" && kind !== "text") {
    at("kind").value = "text";
    send(() => channel.other(kind));
  } else if (text) {
    at("text").value = "";
    send(() => channel.text(text), text);
  }
  at("text").focus();
});
at("direction").addEventListener("click", () => {
  spoken = spoken === "ur" ? "en" : "ur";
  speak();
});
at("open-why").addEventListener("click", () => {
  const isOpen = at("why").classList.toggle("open");
  at("open-why").setAttribute("aria-expanded", String(isOpen));
});
at("somebody-else").addEventListener("click", () => {
  sessionStorage.setItem("phone", (me = newPhone()));
  shown = new Map();
  at("chat").replaceChildren();
  look();
});
const behave = (changes) => send(() => call("meta/simulate/behaviour", changes));
at("slow").addEventListener("change", (event) => behave({ latency: event.target.checked ? 3 : 0 }));
at("twice").addEventListener("change", (event) => behave({ duplicates: event.target.checked ? 2 : 0 }));
at("hidden-phone").addEventListener("change", (event) => behave({ hide_phones: event.target.checked }));

speak();
look();
setInterval(look, POLL);
