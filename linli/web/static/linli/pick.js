// Marking a part of the text in [data-pick-from] puts it into the form's words, as long as nobody has typed there.
(function () {
  "use strict";
  const source = document.querySelector("[data-pick-from]");
  const words = document.getElementById("id_words");
  if (!source || !words) return;
  let typed = false;
  words.addEventListener("input", function () { typed = true; });
  document.addEventListener("selectionchange", function () {
    const marked = window.getSelection();
    if (typed || !marked.rangeCount || !source.contains(marked.getRangeAt(0).commonAncestorContainer)) return;
    const text = marked.toString().trim();
    if (text.length >= 2) words.value = text;
  });
})();
