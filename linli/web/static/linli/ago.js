// Relative times grow older while a page stays open: <time data-ago> is said anew every minute, in the page's language.
(function () {
  "use strict";
  if (!window.Intl || !Intl.RelativeTimeFormat) return;
  const language = document.documentElement.lang.indexOf("zh") === 0 ? "zh-CN" : document.documentElement.lang;
  const say = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const opened = Date.now();

  function words(seconds) {
    const size = Math.abs(seconds);
    if (size < 3600) return say.format(Math.round(seconds / 60), "minute");
    if (size < 48 * 3600) return say.format(Math.round(seconds / 3600), "hour");
    return say.format(Math.round(seconds / 86400), "day");
  }

  function refresh() {
    document.querySelectorAll("time[data-ago]").forEach(function (time) {
      const at = Date.parse(time.dateTime);
      // Only what has aged since the page was opened; the server's own words stand until then.
      if (isNaN(at) || Math.abs(Date.now() - at) < 60000 || Math.abs(at - opened) > 2 * 86400000) return;
      time.textContent = words((at - Date.now()) / 1000);
    });
  }

  setInterval(refresh, 60000);
})();
