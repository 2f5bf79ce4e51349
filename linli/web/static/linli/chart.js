// <div data-chart="id">: draws the JSON of that id with ECharts, in the colours of the page. Legend and table are the server's.
(function () {
  "use strict";
  const drawn = [];

  function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

  function theme() {
    const axis = {
      axisLine: { lineStyle: { color: colour("edge") } }, axisTick: { show: false },
      axisLabel: { color: colour("quiet"), fontSize: 13 }, splitLine: { lineStyle: { color: colour("line") } },
    };
    return {
      color: [5, 1, 3, 2, 4].map(function (step) { return colour("step-" + step); }),
      textStyle: { fontFamily: colour("sans"), color: colour("ink") },
      categoryAxis: Object.assign({}, axis, { splitLine: { show: false } }),
      valueAxis: Object.assign({}, axis, { axisLine: { show: false } }),
    };
  }

  function band(series, hue) {
    const base = { type: "line", stack: series.name + "-band", symbol: "none", silent: true, lineStyle: { opacity: 0 } };
    const room = series.high.map(function (high, at) { return high === null ? null : high - series.low[at]; });
    return [
      Object.assign({}, base, { name: series.name, data: series.low, stackStrategy: "all" }),
      Object.assign({}, base, { name: series.name, data: room, stackStrategy: "all", areaStyle: { color: hue, opacity: 0.16 } }),
    ];
  }

  function options(spec) {
    const bar = spec.kind === "bar";
    const rows = [];
    spec.series.forEach(function (series, at) {
      const hue = colour("step-" + (series.hue || [5, 1, 3, 2, 4][at % 5]));
      if (series.low && series.high) rows.push.apply(rows, band(series, hue));
      rows.push({
        name: series.name, type: bar ? "bar" : "line", data: series.values, itemStyle: { color: hue }, lineStyle: { width: 2.5 },
        symbol: ["circle", "rect", "triangle", "diamond", "roundRect"][at % 5], symbolSize: 7, barMaxWidth: 28, connectNulls: false,
      });
    });
    return {
      animation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      grid: { left: 8, right: 12, top: 32, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: spec.x, boundaryGap: bar },
      yAxis: { type: "value", name: spec.unit || "", nameTextStyle: { color: colour("quiet"), align: "left" }, max: spec.max, minInterval: spec.whole ? 1 : 0 },
      series: rows,
    };
  }

  function draw(place) {
    const held = document.getElementById(place.dataset.chart);
    if (!held || !window.echarts) return;
    const chart = window.echarts.init(place, theme());
    chart.setOption(options(JSON.parse(held.textContent)));
    drawn.push(chart);
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
  window.addEventListener("resize", function () {
    drawn.forEach(function (chart) { chart.resize(); });
  });
  window.addEventListener("beforeprint", function () {
    drawn.forEach(function (chart) { chart.resize({ width: 560 }); });
  });
})();
