
(function () {
  'use strict';
  var severities = ['info', 'low', 'medium', 'high', 'critical'];
  var form = document.getElementById('filters');
  var subject = document.getElementById('by-subject');
  var severity = document.getElementById('by-severity');
  var outcome = document.getElementById('by-outcome');
  var text = document.getElementById('by-text');
  var shown = document.getElementById('shown');
  var sections = Array.prototype.slice.call(document.querySelectorAll('section.subject'));

  function fits(row) {
    var v = row.dataset.v;
    var covered = 'c' in row.dataset;
    var undecided = v === 'unknown' || v === 'manual' || v === 'error';
    switch (outcome.value) {
      case 'open': return !covered && (v === 'fail' || undecided);
      case 'fail': return v === 'fail';
      case 'undecided': return undecided;
      case 'covered': return covered;
      case 'pass': return v === 'pass' || v === 'not-applicable';
      default: return true;
    }
  }

  function apply() {
    var least = severities.indexOf(severity.value);
    var words = text.value.toLowerCase();
    var filtered = subject.value !== '' || least > 0 || outcome.value !== '' || words !== '';
    var all = 0;
    var seen = 0;
    sections.forEach(function (section, number) {
      var wanted = subject.value === '' || subject.value === String(number);
      var visible = 0;
      section.querySelectorAll('tbody tr').forEach(function (row) {
        var show = wanted && severities.indexOf(row.dataset.s) >= least && fits(row)
            && (words === '' || row.textContent.toLowerCase().indexOf(words) >= 0);
        row.hidden = !show;
        all += 1;
        visible += show ? 1 : 0;
      });
      section.querySelectorAll('table').forEach(function (table) {
        table.hidden = !table.querySelector('tbody tr:not([hidden])');
      });
      var quiet = section.querySelector('details.quiet');
      if (quiet) {
        var any = quiet.querySelector('tbody tr:not([hidden])');
        quiet.hidden = !any;
        quiet.open = Boolean(any) && (outcome.value === 'pass' || words !== '');
      }
      section.hidden = !wanted || (filtered && visible === 0);
      seen += visible;
    });
    shown.textContent = seen + ' of ' + all + ' findings';
  }

  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', function (event) { event.preventDefault(); });
  apply();
}());
