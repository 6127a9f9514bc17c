package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.SubjectRef;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Recognises a finding in the next report, though lines have moved, arrays were shuffled and layers added.
 *
 * <p>Positions are left out for that reason. Evidence is taken in, or what is accepted at one place of a list would
 * hide what comes to another; and so is a severity that is not the rule's, or what is accepted as harmless would hide
 * what has become bad.
 */
final class Fingerprint {
    private static final int HEX_DIGITS = 32;
    private static final Pattern INDEX = Pattern.compile("/\\d+(?=/|$)");

    private Fingerprint() {}

    /** {@return what the fingerprint of a problem stands for; no part has a line feed in it} */
    static String identity(RuleInfo rule, SubjectRef subject, Problem problem) {
        StringBuilder out = start(rule.id(), subject).append(place(problem.at()));
        for (Evidence evidence : problem.evidence()) {
            out.append('\n').append(evidence.name()).append('\n').append(evidence.value());
        }
        // Evidence comes in pairs of lines: a single one cannot be taken for it.
        problem.severity()
                .filter(severity -> severity != rule.severity())
                .ifPresent(severity -> out.append('\n').append(severity));
        return out.toString();
    }

    /** {@return what the fingerprint of a finding without a problem stands for} */
    static String identity(RuleId rule, SubjectRef subject, Outcome.Kind kind) {
        return start(rule, subject).append(kind).toString();
    }

    static String of(String identity, int earlier) {
        String hash = Digest.sha256Of(identity.getBytes(StandardCharsets.UTF_8)).encoded();
        return hash.substring(0, HEX_DIGITS) + (earlier == 0 ? "" : ":" + (earlier + 1));
    }

    private static StringBuilder start(RuleId rule, SubjectRef subject) {
        return new StringBuilder(200)
                .append(rule)
                .append('\n')
                .append(subject.kind())
                .append('\n')
                .append(subject.name())
                .append('\n');
    }

    private static String place(Location location) {
        return location.<String>fold(
                pointer -> "pointer\n" + pointer.source() + '\n'
                        + INDEX.matcher(pointer.pointer()).replaceAll("/*"),
                line -> "line\n" + line.source(),
                history -> "history",
                layerEntry -> "layerEntry\n" + layerEntry.path(),
                whole -> "whole\n" + whole.source());
    }
}
