package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.InlineWaiver;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.internal.subject.IgnoreTerms;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds comments that waive rules: ours, hadolint's, and the names of the build's own checks.
 *
 * <p>One without a usable date after {@code until=} waives nothing: a misspelt date must not mean forever.
 */
final class IgnoreComments {
    private static final Pattern OURS =
            Pattern.compile("tallyclerk\\s+(global\\s+)?ignore\\s*=\\s*([A-Za-z0-9-]+(?:\\s*,\\s*[A-Za-z0-9-]+)*)(.*)");
    private static final Pattern HADOLINT =
            Pattern.compile("hadolint\\s+(global\\s+)?ignore\\s*=\\s*([A-Za-z0-9]+(?:\\s*,\\s*[A-Za-z0-9]+)*)(.*)");
    private static final Pattern SKIP = Pattern.compile("(?:^|;)\\s*skip\\s*=\\s*([^;]*)");
    private static final Pattern ID = Pattern.compile("[A-Z]{2,8}-\\d{3,4}");

    private IgnoreComments() {}

    /**
     * A comment that waives rules.
     *
     * @param ids the rules as written
     * @param isGlobal whether for the whole file
     * @param terms why, and how long
     */
    record Ignore(List<String> ids, boolean isGlobal, IgnoreTerms terms) {}

    static List<InlineWaiver> of(Dockerfile file) {
        List<InlineWaiver> waivers = new ArrayList<>();
        for (Instruction instruction : file.instructions()) {
            for (Comment comment : instruction.comments()) {
                parse(comment)
                        .filter(ignore -> ignore.terms().isUsable())
                        .ifPresent(ignore -> add(ignore, comment.at(), instruction, waivers));
            }
        }
        file.directive("check").ifPresent(check -> addSkipped(check, waivers));
        return List.copyOf(waivers);
    }

    /** {@return what a comment waives, if it is such a comment} */
    static Optional<Ignore> parse(Comment comment) {
        Matcher ours = OURS.matcher(comment.text());
        if (ours.matches()) {
            return Optional.of(new Ignore(
                    IgnoreTerms.ids(ours.group(2)), ours.group(1) != null, IgnoreTerms.parse(ours.group(3))));
        }
        Matcher hadolint = HADOLINT.matcher(comment.text());
        if (hadolint.matches()) {
            String why = hadolint.group(3).strip();
            String reason = why.startsWith("#") ? why.substring(1).strip() : why;
            return Optional.of(new Ignore(
                    IgnoreTerms.ids(hadolint.group(2)),
                    hadolint.group(1) != null,
                    new IgnoreTerms(reason, null, true)));
        }
        return Optional.empty();
    }

    private static void add(Ignore ignore, Location at, Instruction instruction, List<InlineWaiver> waivers) {
        for (String id : ignore.ids()) {
            List<RuleId> rules = ID.matcher(id).matches() ? List.of(new RuleId(id)) : OtherTools.rules(id);
            for (RuleId rule : rules) {
                InlineWaiver waiver = ignore.terms()
                        .limit(InlineWaiver.of(rule, at, ignore.terms().reason()));
                waivers.add(
                        ignore.isGlobal()
                                ? waiver
                                : waiver.withLines(instruction.at().line(), lastLine(instruction)));
            }
        }
    }

    private static void addSkipped(Directive check, List<InlineWaiver> waivers) {
        Matcher skip = SKIP.matcher(check.value());
        if (skip.find()) {
            for (String name : skip.group(1).split(",", -1)) {
                for (RuleId rule : OtherTools.rules(name.strip())) {
                    waivers.add(InlineWaiver.of(rule, check.at(), "check=skip of " + name.strip()));
                }
            }
        }
    }

    private static int lastLine(Instruction instruction) {
        int last = instruction.at().endLine();
        for (Instruction.Heredoc heredoc : instruction.heredocs()) {
            last = Math.max(
                    last,
                    heredoc.firstLine()
                            + (int) heredoc.content()
                                    .chars()
                                    .filter(c -> c == '\n')
                                    .count());
        }
        return last;
    }
}
