"use strict";
(function () {
  var list = document.getElementById("pictures");
  if (list === null) { return; }
  var cards = Array.from(list.children);
  var order = new Map(cards.map(function (card, i) { return [card, i]; }));
  var compare = {
    wrong: function (a, b) { return order.get(a) - order.get(b); },
    score: function (a, b) { return b.dataset.score - a.dataset.score; },
    name: function (a, b) { return a.dataset.name.localeCompare(b.dataset.name); }
  };
  function value(id) { return document.getElementById(id).value; }
  function show() {
    var outcome = value("outcome");
    var name = value("class");
    cards.slice().sort(compare[value("order")]).forEach(function (card) {
      var fits = [[outcome, card.dataset.outcome], [name, card.dataset.class]].every(function (pair) {
        return pair[0] === "" || pair[0] === pair[1];
      });
      card.hidden = !fits;
      list.appendChild(card);
    });
  }
  ["outcome", "class", "order"].forEach(function (id) {
    document.getElementById(id).addEventListener("change", show);
  });
  document.getElementById("filters").hidden = false;
}());
