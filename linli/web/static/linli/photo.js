// Photos: shown before they are sent, made smaller on the phone (2000 px, JPEG), each can be taken away again.
(function () {
  "use strict";
  const LONGEST = 2000;
  const SMALL_ENOUGH = 700 * 1024;
  const QUALITY = 0.85;

  function decode(file) {
    return new Promise(function (resolve, reject) {
      const image = new Image();
      image.onload = function () { resolve(image); };
      image.onerror = reject;
      image.src = URL.createObjectURL(file);
    });
  }

  function shrink(file) {
    return decode(file).then(function (image) {
      const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
      if (scale === 1 && file.size < SMALL_ENOUGH) return file;
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.naturalWidth * scale);
      canvas.height = Math.round(image.naturalHeight * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(image.src);
      return new Promise(function (resolve) {
        canvas.toBlob(function (blob) {
          const name = file.name.replace(/\.\w+$/, "") + ".jpg";
          resolve(blob && blob.size < file.size ? new File([blob], name, { type: "image/jpeg" }) : file);
        }, "image/jpeg", QUALITY);
      });
    }).catch(function () { return file; }); // HEIC where the phone cannot draw it: the server can
  }

  function show(part, input) {
    const list = part.querySelector(".photo-previews");
    list.textContent = "";
    Array.from(input.files).forEach(function (file, place) {
      const item = document.createElement("li");
      const image = document.createElement("img");
      const away = document.createElement("button");
      image.alt = file.name;
      image.src = URL.createObjectURL(file);
      away.type = "button";
      away.textContent = part.dataset.wordsRemove;
      away.setAttribute("aria-label", part.dataset.wordsRemove + " " + file.name);
      away.addEventListener("click", function () {
        const rest = new DataTransfer();
        Array.from(input.files).forEach(function (other, at) { if (at !== place) rest.items.add(other); });
        input.files = rest.files;
        show(part, input);
      });
      item.append(image, away);
      list.append(item);
    });
  }

  function chosen(part, input) {
    const label = part.querySelector(".photo-label");
    const words = label.textContent;
    label.textContent = part.dataset.wordsBusy;
    Promise.all(Array.from(input.files).map(shrink)).then(function (files) {
      label.textContent = words;
      try {
        const held = new DataTransfer();
        files.forEach(function (file) { held.items.add(file); });
        input.files = held.files;
      } catch (error) { /* a browser that cannot: the originals are sent */ }
      show(part, input);
    });
  }

  document.addEventListener("change", function (event) {
    const part = event.target.type === "file" && event.target.closest("[data-photo]");
    if (part) chosen(part, event.target);
  });
  ["focusin", "focusout"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      const button = event.target.closest && event.target.closest(".photo-button");
      if (button) button.classList.toggle("is-focused", kind === "focusin");
    });
  });
})();
