/* Small improvements of pages that work without them. Listeners stand on the document, so that what htmx swaps in behaves like the rest. */

const WARNING_SECONDS = 300;
const SPEAK_EVERY_MS = 60000;

/* ---- Menus: Escape closes and gives the focus back, leaving closes ---- */

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.cdd-menu[open]")) {
    if (!except || !menu.contains(except)) menu.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.cdd-menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => closeMenus(event.target));
document.addEventListener("focusin", (event) => closeMenus(event.target));

/* ---- Error summary ---- */

function focusErrorSummary() {
  document.getElementById("resume-erreurs")?.focus();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#resume-erreurs a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.scrollIntoView({ block: "center" });
  field.focus();
});

/* ---- Blocks that depend on an answer: data-cdd-reveal="name=value|value", visible without script ---- */

function answers(form, name) {
  return [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .flatMap((field) => (field.multiple ? [...field.selectedOptions].map((o) => o.value) : [field.value]));
}

function refreshReveals(root) {
  // A question that the server says is not asked stands there for pages without script only.
  for (const block of root.querySelectorAll("[data-cdd-off]")) block.hidden = true;
  for (const block of root.querySelectorAll("[data-cdd-reveal]")) {
    const rule = block.dataset.cddReveal;
    const cut = rule.indexOf("=");
    const wanted = rule.slice(cut + 1).split("|");
    const form = block.closest("form") ?? document;
    const shown = answers(form, rule.slice(0, cut)).some((value) => wanted.includes(value));
    block.hidden = !shown;
    for (const field of block.querySelectorAll("input, select, textarea")) {
      if (shown && field.dataset.cddSilenced) {
        field.disabled = false;
        delete field.dataset.cddSilenced;
      } else if (!shown && !field.disabled) {
        field.disabled = true;
        field.dataset.cddSilenced = "1";
      }
    }
  }
}

document.addEventListener("change", () => refreshReveals(document));

/* ---- Characters left ---- */

const number = new Intl.NumberFormat("fr-FR");

function refreshCounter(field) {
  const target = document.getElementById(field.dataset.cddCounter);
  const limit = Number(field.dataset.cddLimit ?? field.getAttribute("maxlength"));
  if (!target || !limit) return;
  const left = limit - field.value.length;
  const s = Math.abs(left) > 1 ? "s" : "";
  target.textContent = left < 0 ? `${number.format(-left)} caractère${s} en trop` : `${number.format(left)} caractère${s} restant${s}`;
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.cddCounter) refreshCounter(event.target);
});

/* ---- Autosave: failures are said at once, successes at most once a minute ---- */

let lastSpoken = 0;

function sayAutosave(text, failed) {
  const status = document.querySelector("[data-cdd-saved]");
  if (!status) return;
  const now = Date.now();
  if (!failed && !status.classList.contains("cdd-saved--failed") && now - lastSpoken < SPEAK_EVERY_MS) return;
  lastSpoken = now;
  status.textContent = text;
  status.classList.toggle("cdd-saved--failed", failed);
  status.classList.toggle("fr-icon-checkbox-circle-line", !failed);
  status.classList.toggle("fr-icon-error-warning-line", failed);
}

const autosaved = (event) => event.detail.elt?.closest("[data-cdd-autosave]");

function autosaveFailed(event) {
  const form = autosaved(event);
  if (!form) return;
  sayAutosave("Enregistrement impossible. Gardez cette page ouverte : nouvel essai dans 30 secondes.", true);
  window.setTimeout(() => window.htmx?.trigger(form, "cdd:retry"), 30000);
}

/* What was typed just before leaving is sent too. */
let unsaved = null;
document.addEventListener("input", (event) => (unsaved = event.target.closest("[data-cdd-autosave]") ?? unsaved));
document.addEventListener("submit", (event) => (unsaved = event.target === unsaved ? null : unsaved));
window.addEventListener("pagehide", () => {
  if (!unsaved) return;
  const body = new URLSearchParams([...new FormData(unsaved)].filter(([, value]) => typeof value === "string"));
  fetch(unsaved.getAttribute("hx-post"), { method: "POST", body, keepalive: true, headers: { "HX-Request": "true" } });
});

document.addEventListener("htmx:sendError", autosaveFailed);
document.addEventListener("htmx:responseError", autosaveFailed);
document.addEventListener("htmx:afterRequest", (event) => {
  restartSession();
  if (!event.detail.successful || !autosaved(event)) return;
  unsaved = null;
  const now = new Date();
  const minutes = String(now.getMinutes()).padStart(2, "0");
  sayAutosave(`Enregistré aujourd’hui à ${now.getHours()}\u00a0h\u00a0${minutes}`, false);
});

/* ---- What is typed while an answer is on its way is put back into the fields it brings ---- */

const typedAt = new WeakMap();
const askedAt = new WeakMap();
let carried = [];
for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => typedAt.set(event.target, performance.now()));
}
document.addEventListener("htmx:beforeSend", (event) => askedAt.set(event.detail.xhr, performance.now()));

document.addEventListener("htmx:beforeSwap", (event) => {
  const since = askedAt.get(event.detail.xhr) ?? Infinity;
  // Ranks move when a row goes: its table is left as the answer says.
  const gone = event.detail.requestConfig?.parameters?._remove?.split(":")[0];
  carried = [...event.detail.target.querySelectorAll("input[name], select[name], textarea[name]")].filter(
    (field) => typedAt.get(field) > since && field.type !== "file" && !(gone && field.name.startsWith(`${gone}-`)),
  );
});

function putBack(field) {
  const choice = field.type === "radio" || field.type === "checkbox";
  const twin = [...document.getElementsByName(field.name)].find((one) => one !== field && (!choice || one.value === field.value));
  if (!twin?.form) return;
  if (choice) twin.checked = field.checked;
  else twin.value = field.value;
  // As typed anew: saved with the rest, and revealing what it asks.
  twin.dispatchEvent(new Event("input", { bubbles: true }));
  twin.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("htmx:afterSwap", () => {
  const fields = carried;
  carried = [];
  fields.forEach(putBack);
});

/* ---- Rows added or removed in a list of forms keep the focus in the list ---- */

document.addEventListener("htmx:afterSwap", (event) => {
  const root = event.detail.target;
  refreshReveals(document);
  root.querySelectorAll("[data-cdd-counter]").forEach(refreshCounter);
  const added = root.querySelector("[data-cdd-new-row]");
  const control = added?.querySelector("input:not([type=hidden]), select, textarea");
  const next = control ?? root.querySelector("[data-cdd-emptied]");
  if (next) next.focus();
  else if (document.activeElement === document.body) root.querySelector("[data-cdd-focus]")?.focus();
});

/* ---- End of the session ---- */

let sessionTimer = 0;
let sessionSeconds = Number(document.querySelector("meta[name='cdd-session']")?.content ?? 0);

function showSessionWarning() {
  const dialog = document.getElementById("session-fin");
  const modal = dialog && window.dsfr?.(dialog)?.modal;
  if (modal) modal.disclose();
  else dialog?.showModal();
}

function restartSession() {
  window.clearTimeout(sessionTimer);
  const delay = (sessionSeconds - WARNING_SECONDS) * 1000;
  if (sessionSeconds > 0 && delay < 2 ** 31) sessionTimer = window.setTimeout(showSessionWarning, Math.max(delay, 0));
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-cdd-extend-session]");
  if (!form) return;
  event.preventDefault();
  const answer = await fetch(form.action, {
    method: "POST",
    body: new FormData(form),
    headers: { "X-Requested-With": "fetch" },
  });
  if (answer.status !== 204) return form.submit();
  sessionSeconds = Number(answer.headers.get("Session-Seconds")) || sessionSeconds;
  const dialog = document.getElementById("session-fin");
  if (sessionSeconds <= WARNING_SECONDS) {
    form.hidden = true;
    const why = dialog.querySelector("[data-cdd-session-over]");
    why.hidden = false;
    return why.focus();
  }
  const modal = window.dsfr?.(dialog)?.modal;
  if (modal) modal.conceal();
  else dialog.close();
  restartSession();
});

/* ---- Print: everything folded is printed open ---- */

window.addEventListener("beforeprint", () => {
  for (const block of document.querySelectorAll("main details:not(.cdd-menu):not([open])")) {
    block.open = true;
    block.dataset.cddPrinted = "1";
  }
});
window.addEventListener("afterprint", () => {
  for (const block of document.querySelectorAll("details[data-cdd-printed]")) {
    block.open = false;
    delete block.dataset.cddPrinted;
  }
});

focusErrorSummary();
refreshReveals(document);
document.querySelectorAll("[data-cdd-counter]").forEach(refreshCounter);
restartSession();
