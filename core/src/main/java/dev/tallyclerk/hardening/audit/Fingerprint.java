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

/**
 * Recognises a finding in the next report, even if lines have moved, arrays were shuffled and layers added.
 *
 * <p>Positions are therefore left out. Evidence is included, because an accepted problem at one place of a list would
 * otherwise hide new ones there; so is a severity that differs from the rule's, because an accepted harmless problem
 * would otherwise hide a severe one.
 */
final class Fingerprint {
    private static final int HEX_DIGITS = 32;

    private Fingerprint() {}

    /** {@return the text that the fingerprint of a problem hashes; no part contains a line feed} */
    static String identity(RuleInfo rule, SubjectRef subject, Problem problem) {
        StringBuilder out = start(rule.id(), subject).append(place(problem.at()));
        for (Evidence evidence : problem.evidence()) {
            out.append('\n').append(evidence.name()).append('\n').append(evidence.value());
        }
        // Evidence comes in pairs of lines, so a single line is unambiguous.
        problem.severity()
                .filter(severity -> severity != rule.severity())
                .ifPresent(severity -> out.append('\n').append(severity));
        return out.toString();
    }

    /** {@return the text that the fingerprint of a finding without a problem hashes} */
    static String identity(RuleId rule, SubjectRef subject, Outcome.Kind kind) {
        return start(rule, subject).append(kind).toString();
    }

    static String of(String identity, int earlier) {
        String hash = Digest.sha256Of(identity.getBytes(StandardCharsets.UTF_8)).encoded();
        String start = hash.substring(0, HEX_DIGITS);
        return earlier == 0 ? start : start + ':' + (earlier + 1);
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
                pointer -> "pointer\n" + pointer.source() + '\n' + withoutIndexes(pointer.pointer()),
                line -> "line\n" + line.source(),
                Fingerprint::place,
                history -> "history",
                layerEntry -> "layerEntry\n" + layerEntry.path(),
                whole -> "whole\n" + whole.source());
    }

    private static String place(Location.Region region) {
        return region.pointer().isEmpty()
                ? "line\n" + region.source()
                : "pointer\n" + region.source() + '\n' + withoutIndexes(region.pointer());
    }

    /** {@return a pointer with an asterisk for each step that is a number} */
    private static String withoutIndexes(String pointer) {
        StringBuilder out = new StringBuilder(pointer.length());
        int shown = 0;
        for (int slash = pointer.indexOf('/'); slash >= 0; ) {
            int next = pointer.indexOf('/', slash + 1);
            int end = next < 0 ? pointer.length() : next;
            if (isNumber(pointer, slash + 1, end)) {
                out.append(pointer, shown, slash + 1).append('*');
                shown = end;
            }
            slash = next;
        }
        return shown == 0
                ? pointer
                : out.append(pointer, shown, pointer.length()).toString();
    }

    private static boolean isNumber(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return from < to;
    }
}
