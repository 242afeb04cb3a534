// One language at a time, contents beside or above the text, and folds that open for links. Runs in the head, before anything is drawn.
(function () {
  'use strict';
  var key = 'lstmlab-language', root = document.documentElement, isBilingual = 'english' in root.dataset;
  var asked = /[?&]lang=(en|zh)\b/.exec(location.search), chosen = asked ? asked[1] : stored();
  var language = isBilingual ? chosen || (/^zh\b/i.test(navigator.language) ? 'zh' : 'en') : 'en';

  // Browsers may refuse storage to pages that come from files; links carry the choice, too.
  function stored() { try { return localStorage.getItem(key); } catch (refused) { return null; } }
  function store(value) { try { localStorage.setItem(key, value); } catch (refused) { } }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }

  function mark() {
    root.lang = language === 'zh' ? 'zh-CN' : 'en';
    root.dataset.language = language;
  }

  function show() {
    mark();
    if (isBilingual) document.title = language === 'zh' ? root.dataset.chinese : root.dataset.english;
    all('body [lang="en"], body [lang="zh"]').forEach(function (part) {
      var isHidden = part.getAttribute('lang') !== language;
      if (!('ownerSVGElement' in part)) part.hidden = isHidden;
      else if (isHidden) part.setAttribute('display', 'none');
      else part.removeAttribute('display');
    });
    all('button[data-language]').forEach(function (button) { button.setAttribute('aria-pressed', String(button.dataset.language === language)); });
    if (chosen) {
      all('a[href]').forEach(function (link) {
        var parts = /^(?![a-z]+:|\/)([^?#]+\.html)(?:\?lang=\w+)?(#.*)?$/i.exec(link.getAttribute('href'));
        if (parts) link.setAttribute('href', parts[1] + '?lang=' + chosen + (parts[2] || ''));
      });
    }
    document.dispatchEvent(new CustomEvent('lstmlab-language', { detail: language }));
  }

  function choose(wanted) {
    // What both languages share stays where it is on the screen.
    var anchor = all('section.code').find(function (section) { return section.getBoundingClientRect().top >= 0; });
    var before = anchor && anchor.getBoundingClientRect().top;
    language = chosen = wanted;
    store(wanted);
    try { history.replaceState(null, '', '?lang=' + wanted + location.hash); } catch (refused) { }
    show();
    if (anchor && scrollY > 0) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: 'instant' });
  }

  // A link may lead into a fold, or to the text whose twin is shown.
  function reveal() {
    var name = location.hash.slice(1), target;
    try { target = document.getElementById(decodeURIComponent(name)); } catch (malformed) { }
    if (!target) return;
    var text = target.closest('section[hidden]');
    if (text) target = [text.nextElementSibling, text.previousElementSibling].find(function (twin) { return twin && twin.lang === language; }) || target;
    for (var fold = target.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
    target.querySelectorAll('details.solution').forEach(function (inner) { inner.open = true; });
    target.scrollIntoView();
  }

  mark();
  document.addEventListener('DOMContentLoaded', function () {
    all('button[data-language]').forEach(function (button) { button.addEventListener('click', function () { choose(button.dataset.language); }); });
    var contents = document.querySelector('details.contents'), wide = matchMedia('(min-width: 1200px)');
    function unfold() { if (contents) contents.open = wide.matches; }
    wide.addEventListener('change', unfold);
    unfold();
    addEventListener('hashchange', reveal);
    show();
    reveal();
  });
})();
