package dev.tallyclerk.registry.audit;

import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Audits images whose history is small and takes as much work as it can, in one step and in many; each is undecided
 * within ten seconds of CPU.
 */
final class WorstHistories {
    private static final long LONGEST_NANOS = 10_000_000_000L;
    private static final int LENGTH = 1_000_000;

    private WorstHistories() {}

    public static void main(String[] arguments) {
        for (String piece : List.of("a;", "$(", "`a`;", "eval eval ", "eval eval;", "sh -c 'a;b;c';", "A=1 ", "a\n")) {
            check(piece, "", 1);
            check(piece, "", 50);
        }
        for (String instruction : List.of("ENV ", "LABEL ", "ADD ", "|9 ")) {
            check("A=1 ", instruction, 1);
        }
        System.out.println("done");
    }

    private static void check(String piece, String before, int steps) {
        List<String> history = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            history.add(before + piece.repeat(LENGTH / steps / piece.length()));
        }
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        AuditReport report = Auditor.of(Policy.defaults().withProfile(Profile.STRICT), ImageRules.ruleSet())
                .withClock(Clock.fixed(Images.NOW, ZoneOffset.UTC))
                .audit(List.of(Images.built(history.toArray(String[]::new))));
        long taken = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
        boolean isUndecided = !report.findings(Outcome.Kind.UNKNOWN).isEmpty();
        if (taken > LONGEST_NANOS
                || !isUndecided
                || !report.findings(Outcome.Kind.ERROR).isEmpty()) {
            throw new AssertionError(taken / 1_000_000 + " ms for " + steps + " of " + before + piece);
        }
    }
}
