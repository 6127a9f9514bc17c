package dev.tallyclerk.registry.audit.files;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.RuleHeads;
import dev.tallyclerk.registry.internal.support.SupportTable;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The hardening rules on the files of an image.
 *
 * <p>Severities and profiles come from the project's own catalogue; see
 * {@link dev.tallyclerk.registry.audit.ImageRules} about the profiles.
 */
public final class FileSystemRules {
    private static final RuleParameter<Boolean> ACCEPT_EXTENDED = RuleParameter.flag(
            "acceptExtended",
            true,
            "Whether a release is accepted whose regular support has ended and whose extended support has not.");

    private static final RuleParameter<Long> MAX_WASTE =
            RuleParameter.integer("maxWastePercent", 10, 0, 100, "The largest accepted share of bytes, in percent.");

    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-image-filesystem",
            RuleHeads.SINCE,
            Stream.<List<Rule<FileSystemSubject>>>of(
                            ModeRules.all(),
                            AccountRules.all(),
                            CredentialRules.all(),
                            LeftoverRules.all(),
                            ElfRules.all(),
                            SystemRules.all(),
                            EngineAttackRules.all(),
                            List.of(endOfLife(), wastedSpace(), unexamined()))
                    .<Rule<?>>flatMap(List::stream)
                    .toList(),
            Set.of(FileSystemSubject.KIND));

    private FileSystemRules() {}

    /** {@return the rules on {@link FileSystemSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    /**
     * {@return a rule that fails for the files which a {@link FileCheck} of the same rule says something about}
     *
     * <p>Unknown where the {@link FileSystemAnalyzer} did not have the check.
     *
     * @param info the metadata
     */
    public static Rule<FileSystemSubject> rule(RuleInfo info) {
        String id = info.id().toString();
        return Rule.of(
                info,
                FileSystemSubject.class,
                (files, context) -> files.facts()
                        .decide(facts -> facts.isChecked(id)
                                ? files.judge(id, sighting -> false)
                                : Outcome.unknown(
                                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                        "the files were read without the check of " + id
                                                + "; give it to the analyzer")));
    }

    private static Rule<FileSystemSubject> endOfLife() {
        RuleInfo info = info("FS-050", Severity.HIGH, Profile.L1, "4.4", "4.1.1", """
                        Distribution is end-of-life
                        A release without support gets no fixes for its vulnerabilities. Judged by a table with a date;
                        rolling releases and distributions that the table lacks are unknown.
                        Remedy: Move to a supported release.
                        """)
                .parameter(ACCEPT_EXTENDED)
                .build();
        return Rule.of(info, FileSystemSubject.class, (files, context) -> {
            boolean acceptsExtended = context.value(ACCEPT_EXTENDED);
            Instant now = context.auditTime();
            return files.facts().decide(facts -> support(facts, acceptsExtended, now));
        });
    }

    private static Outcome support(FileSystemFacts facts, boolean acceptsExtended, Instant now) {
        Distribution distribution = facts.distribution();
        if (distribution == null) {
            List<String> unknown = facts.found("FS-050").unknown();
            return unknown.isEmpty()
                    ? Outcome.notApplicable("the image names no distribution")
                    : Outcome.unknown(MissingValue.Reason.UNREADABLE, unknown.get(0));
        }
        SupportTable.Release release = SupportTable.find(distribution.id(), distribution.version());
        if (release == null || release.end() == null) {
            return Outcome.unknown(
                    MissingValue.Reason.KEY_MISSING,
                    "the table of " + SupportTable.AS_OF + " has no end of support for " + distribution.name());
        }
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate ended = release.ended(today, acceptsExtended);
        if (ended == null) {
            return Outcome.pass();
        }
        return Outcome.fail(Problem.at(
                new Location.LayerEntry(distribution.layer(), distribution.path()),
                "names a release whose " + (release.isExtended(today) ? "regular support" : "support") + " ended on "
                        + ended,
                Evidence.of("release", distribution.id() + " " + distribution.version())));
    }

    private static Rule<FileSystemSubject> wastedSpace() {
        RuleInfo info = info("IMG-039", Severity.INFO, Profile.STRICT, "4.3", "4.1.2", """
                        Space is wasted by overwritten or deleted files
                        Files that a higher layer replaces or deletes are still stored and loaded, and can still be
                        read. Remedy: Join the steps that write and delete a file, or build in several stages.
                        """)
                .parameter(MAX_WASTE)
                .build();
        return Rule.of(info, FileSystemSubject.class, (files, context) -> {
            long most = context.value(MAX_WASTE);
            return files.facts().decide(facts -> waste(facts.waste(), most));
        });
    }

    private static Outcome waste(double waste, long most) {
        if (waste < 0) {
            return Outcome.unknown(MissingValue.Reason.UNREADABLE, "the files of the layers cannot be merged");
        }
        return Outcome.failIf(
                waste * 100 > most,
                new Location.Whole("layers"),
                String.format(
                        Locale.ROOT, "%.0f %% of the bytes in the layers are not in the image's files", waste * 100));
    }

    private static Rule<FileSystemSubject> unexamined() {
        RuleInfo info = info("FS-056", Severity.MEDIUM, Profile.L1, "4.12", "4.1.3", """
                        Part of the image was not examined
                        A file that is too large, a layer that cannot be read and files that cannot be merged may hide
                        what the other rules look for; unknown unless all was examined.
                        Remedy: Rebuild the image with a current tool, or examine the part by hand.
                        """)
                .build();
        return Rule.of(
                info,
                FileSystemSubject.class,
                (files, context) -> files.facts().decide(facts -> {
                    List<String> parts = facts.unexamined();
                    return parts.isEmpty()
                            ? Outcome.pass()
                            : new Outcome.Unknown(parts.stream()
                                    .map(part -> new MissingValue(MissingValue.Reason.UNREADABLE, part))
                                    .toList());
                }));
    }
}
