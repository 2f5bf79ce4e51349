// A form with data-keep="key" keeps what was typed on this device until it is sent, three days at most.
(function () {
  "use strict";
  const DAYS = 3 * 24 * 3600 * 1000;
  const PREFIX = "linli:draft:";
  const SENT = "linli:sent";

  function store(act) {
    try { return act(window.localStorage); } catch (error) { return null; } // private mode, full disk: no drafts
  }

  function keepable(field) {
    return field.name && !/^(hidden|password|file|submit|button)$/.test(field.type) && !field.hasAttribute("data-never");
  }

  function keyOf(form) {
    return [PREFIX + (document.body.dataset.me || ""), location.pathname, form.dataset.keep].join(":");
  }

  function typed(form) {
    const values = {};
    Array.from(form.elements).filter(keepable).forEach(function (field) {
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (values[field.name] = values[field.name] || []).push(field.value);
      } else if (field.value && field.value !== field.defaultValue) {
        values[field.name] = [field.value];
      }
    });
    return values;
  }

  function save(form) {
    store(function (kept) { kept.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values: typed(form) })); });
  }

  function fill(form, values) {
    let filled = false;
    Array.from(form.elements).filter(keepable).forEach(function (field) {
      const held = values[field.name];
      if (!held) return;
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = held.indexOf(field.value) >= 0;
      } else if (!field.value && field.tagName !== "SELECT") {
        field.value = held[0];
        filled = true;
      }
    });
    return filled;
  }

  function say(form) {
    const note = document.createElement("div");
    const words = document.createElement("span");
    const forget = document.createElement("button");
    note.className = "kept";
    words.textContent = document.body.dataset.wordsKeep || "";
    forget.type = "button";
    forget.className = "btn btn-quiet";
    forget.textContent = document.body.dataset.wordsForget || "×";
    forget.addEventListener("click", function () {
      store(function (kept) { kept.removeItem(keyOf(form)); });
      form.reset();
      note.remove();
    });
    note.append(words, forget);
    form.prepend(note);
  }

  function watch(form) {
    const held = store(function (kept) { return JSON.parse(kept.getItem(keyOf(form)) || "null"); });
    const refused = form.querySelector(".errors, .has-error");
    if (held && Date.now() - held.at < DAYS && !refused && fill(form, held.values)) say(form);
    form.addEventListener("input", function () { save(form); });
    form.addEventListener("submit", function () {
      save(form); // kept until the next page shows that it went through
      store(function (kept) { kept.setItem(SENT, JSON.stringify({ key: keyOf(form), from: location.href })); });
    });
  }

  // The page after a sent form: not the same form with errors, so it was taken.
  const sent = store(function (kept) { return JSON.parse(kept.getItem(SENT) || "null"); });
  if (sent && !document.querySelector("form[data-keep] .errors")) {
    store(function (kept) { kept.removeItem(sent.key); });
  }
  store(function (kept) { kept.removeItem(SENT); });
  document.querySelectorAll("form[data-keep]").forEach(watch);

  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.target.closest && event.target.closest("form[data-keep]");
    if (form && event.detail.successful) store(function (kept) { kept.removeItem(keyOf(form)); });
  });
  // Signing out leaves nothing behind on a shared device.
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-forget]")) return;
    store(function (kept) {
      Object.keys(kept).forEach(function (key) { if (key.indexOf(PREFIX) === 0) kept.removeItem(key); });
    });
  });
})();
