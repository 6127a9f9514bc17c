package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectRef;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides for each finding whether a waiver or the baseline covers it, and counts. For one audit. */
final class Coverage {
    private final @Nullable Baseline baseline;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<RuleId, List<Entry>> byRule = new HashMap<>();
    private final Map<SubjectRef, List<InlineWaiver>> inline = new HashMap<>();
    private final Policy policy;
    private final LocalDate today;
    private final Set<RuleId> ran = new HashSet<>();
    private final Set<String> seen = new HashSet<>();

    private static final class Entry {
        private final Waiver waiver;
        private final WaiverUse.State state;
        private int findings;

        Entry(Waiver waiver, WaiverUse.State state) {
            this.waiver = waiver;
            this.state = state;
        }
    }

    Coverage(Policy policy, @Nullable Baseline baseline, Instant auditTime, List<Subject> subjects) {
        this.policy = policy;
        this.baseline = baseline;
        this.today = LocalDate.ofInstant(auditTime, ZoneOffset.UTC);
        for (Waiver waiver : policy.waivers()) {
            Entry entry = new Entry(waiver, WaiverUse.stateOf(waiver, today, policy.longestWaiver()));
            entries.add(entry);
            byRule.computeIfAbsent(waiver.rule(), rule -> new ArrayList<>()).add(entry);
        }
        if (policy.inlineWaivers()) {
            subjects.forEach(this::add);
        }
    }

    private void add(Subject subject) {
        List<InlineWaiver> waivers = subject.inlineWaivers();
        if (!waivers.isEmpty()) {
            inline.put(subject.ref(), waivers);
        }
    }

    List<Finding> apply(List<Finding> findings) {
        return findings.stream().map(this::apply).toList();
    }

    private Finding apply(Finding finding) {
        ran.add(finding.rule().id());
        Outcome.Kind kind = finding.kind();
        if (kind != Outcome.Kind.FAIL && !kind.isUndecided()) {
            return finding;
        }
        Waiver inForce = null;
        Waiver expired = null;
        for (Entry entry : byRule.getOrDefault(finding.rule().id(), List.of())) {
            if (finding.isIn(entry.waiver)) {
                entry.findings++;
                if (entry.state == WaiverUse.State.IN_FORCE && inForce == null) {
                    inForce = entry.waiver;
                } else if (entry.state == WaiverUse.State.EXPIRED && expired == null) {
                    expired = entry.waiver;
                }
            }
        }
        // The policy's own waivers go first.
        for (InlineWaiver found : inline.getOrDefault(finding.subject(), List.of())) {
            if (finding.isIn(found)) {
                Waiver waiver = waiver(found, finding.subject());
                WaiverUse.State state = WaiverUse.stateOf(waiver, today, policy.longestWaiver());
                if (state == WaiverUse.State.IN_FORCE && inForce == null) {
                    inForce = waiver;
                } else if (state == WaiverUse.State.EXPIRED && expired == null) {
                    expired = waiver;
                }
            }
        }
        boolean inBaseline = baseline != null && baseline.has(finding);
        if (inBaseline) {
            seen.add(finding.fingerprint());
        }
        if (inForce != null) {
            return finding.covered(Disposition.WAIVED, inForce);
        }
        // An expired waiver overrides a baseline: its owner promised to look again.
        if (expired != null) {
            return finding.covered(Disposition.WAIVER_EXPIRED, expired);
        }
        return inBaseline ? finding.baselined() : finding;
    }

    /** {@return a waiver of the document as one of a policy; the place where it stands is responsible for it} */
    private Waiver waiver(InlineWaiver found, SubjectRef subject) {
        return new Waiver(
                found.rule(),
                Scope.everything().withKind(subject.kind()),
                found.reason().isBlank() ? "no reason is given" : found.reason(),
                found.at().toString(),
                found.expires().orElse(today.plus(policy.longestWaiver())));
    }

    /** {@return the use of the waivers; complete after all findings were applied} */
    List<WaiverUse> waivers() {
        return entries.stream()
                .map(entry ->
                        new WaiverUse(entry.waiver, entry.state, ran.contains(entry.waiver.rule()), entry.findings))
                .toList();
    }

    @Nullable BaselineUse baseline() {
        return baseline == null ? null : new BaselineUse(baseline.size(), seen.size());
    }
}
