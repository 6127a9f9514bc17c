package dev.tallyclerk.registry.base;

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
import dev.tallyclerk.registry.base.ImageBase.Freshness;
import dev.tallyclerk.registry.internal.support.SupportTable;
import dev.tallyclerk.registry.inventory.Distribution;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The rules on the bases of images. */
public final class BaseRules {
    private static final RuleParameter<Boolean> ACCEPT_EXTENDED = RuleParameter.flag(
            "acceptExtended",
            true,
            "Whether a release is accepted whose regular support has ended and whose extended support has not.");

    private static final Location ANNOTATION = Location.pointer("manifest", "annotations", BaseAnnotation.DIGEST);
    private static final Location BASE = new Location.Whole("base");

    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-image-base",
            RuleHeads.SINCE,
            List.of(stale(), inherited(), contradicted(), endOfLife(), claimed()),
            Set.of(BaseSubject.KIND));

    private BaseRules() {}

    /** {@return the rules on {@link BaseSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    private static Rule<BaseSubject> stale() {
        RuleInfo info = info("BASE-001", Severity.MEDIUM, Profile.L1, "4.4", "4.1.1", """
                        Base image is stale
                        Fixes in a newer base reach an image only when it is rebuilt. The digests of the base and of the
                        current image of its name are compared, not tags. Remedy: Rebuild the image on the current base.
                        """)
                .build();
        return Rule.of(info, BaseSubject.class, (subject, context) -> {
            ImageBase base = subject.base();
            return switch (base.freshness()) {
                case CURRENT, STALE_BY_INHERITANCE -> Outcome.pass();
                case STALE -> Outcome.fail(Problem.at(BASE, base.reason(), evidence(base)));
                case UNKNOWN -> unknown(base);
                case NO_BASE ->
                    base.names().isEmpty()
                            ? Outcome.unknown(MissingValue.Reason.KEY_MISSING, base.reason())
                            : Outcome.notApplicable("it is a base itself, and on no other one");
            };
        });
    }

    private static Rule<BaseSubject> inherited() {
        RuleInfo info = info("BASE-002", Severity.MEDIUM, Profile.L1, "4.4", "4.1.1", """
                        Base image has to be rebuilt itself
                        A base is no newer than its own base: as long as it is not rebuilt, a rebuild of the image changes
                        nothing. Remedy: Rebuild the base first, then the image.
                        """)
                .build();
        return Rule.of(info, BaseSubject.class, (subject, context) -> {
            ImageBase base = subject.base();
            return switch (base.freshness()) {
                case CURRENT, STALE -> Outcome.pass();
                case STALE_BY_INHERITANCE -> Outcome.fail(Problem.at(BASE, base.reason(), evidence(base)));
                case UNKNOWN -> unknown(base);
                case NO_BASE -> Outcome.notApplicable("no base is known");
            };
        });
    }

    private static Rule<BaseSubject> contradicted() {
        RuleInfo info =
                info("BASE-003", Severity.HIGH, Profile.L1, "4.2", "4.1.5", """
                        Annotation names a base that the layers contradict
                        A scanner that relies on the annotation judges the image by a base that it does not have, and misses
                        the flaws of the real one. Remedy: Build with a tool that writes the annotation itself, or
                        remove it.
                        """).build();
        return Rule.of(info, BaseSubject.class, (subject, context) -> contradiction(subject.base()));
    }

    private static Outcome contradiction(ImageBase base) {
        List<Problem> problems = new ArrayList<>();
        List<MissingValue> missing = new ArrayList<>();
        for (BaseRemark remark : base.remarks()) {
            switch (remark.kind()) {
                case CONTRADICTED_ANNOTATION -> problems.add(Problem.at(ANNOTATION, remark.message(), evidence(base)));
                case COPIED_ANNOTATION ->
                    problems.add(Problem.at(ANNOTATION, remark.message(), evidence(base))
                            .withSeverity(Severity.LOW));
                case UNVERIFIED_ANNOTATION, MALFORMED_ANNOTATION ->
                    missing.add(new MissingValue(MissingValue.Reason.UNREADABLE, remark.message()));
                default -> {
                    // The others are about the base, and not about the annotation.
                }
            }
        }
        if (base.image().annotatedBase().isEmpty()) {
            return Outcome.notApplicable("the image names no base");
        }
        if (problems.isEmpty() && base.has(BaseRemark.Kind.MERGED_LAYERS)) {
            missing.add(new MissingValue(MissingValue.Reason.UNREADABLE, "the layers were merged"));
        }
        return problems.isEmpty() && !missing.isEmpty() ? new Outcome.Unknown(missing) : Outcome.ofProblems(problems);
    }

    private static Rule<BaseSubject> endOfLife() {
        RuleInfo info = info("BASE-004", Severity.HIGH, Profile.L1, "4.4", "4.1.1", """
                        Distribution of the base image is end-of-life
                        The newest image of a release without support has no fixes either, so a rebuild does not help.
                        Judged by a table with a date; rolling releases and distributions that the table lacks are
                        unknown. Remedy: Move to the image of a supported release.
                        """)
                .parameter(ACCEPT_EXTENDED)
                .build();
        return Rule.of(info, BaseSubject.class, (subject, context) -> {
            if (subject.base().freshness() == Freshness.NO_BASE
                    && subject.base().names().isEmpty()) {
                return Outcome.notApplicable("no base is known");
            }
            boolean acceptsExtended = context.value(ACCEPT_EXTENDED);
            Instant now = context.auditTime();
            return subject.distribution().decide(distribution -> support(distribution, acceptsExtended, now));
        });
    }

    private static Rule<BaseSubject> claimed() {
        RuleInfo info =
                info("BASE-005", Severity.LOW, Profile.L1, "4.2", "4.1.5", """
                        Layers of the image are only claimed
                        A bill of materials states the layers, and no image was read, so its base may be another one. Remedy:
                        Plan for the image itself.
                        """).build();
        return Rule.of(
                info,
                BaseSubject.class,
                (subject, context) -> Outcome.failIf(
                        subject.base().image().isClaimed(),
                        new Location.Whole("bill of materials"),
                        unread(subject.base().image())));
    }

    private static String unread(FleetImage image) {
        return image.diffIds().isEmpty()
                ? "a bill of materials names the base, and no layers that would confirm it; no image was read"
                : "a bill of materials states the layers; no image was read";
    }

    private static Outcome support(Distribution distribution, boolean acceptsExtended, Instant now) {
        // Both CentOS Linux and CentOS Stream have this ID.
        boolean isStream = distribution.id().equals("centos")
                && distribution
                        .field("NAME")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .contains("stream");
        SupportTable.Release release = SupportTable.find(
                isStream ? "centos-stream" : distribution.id().toLowerCase(Locale.ROOT),
                distribution.versionId().orElse(""));
        if (release == null || release.end() == null) {
            return Outcome.unknown(
                    MissingValue.Reason.KEY_MISSING,
                    "the table of " + SupportTable.AS_OF + " has no end of support for "
                            + distribution.prettyName().orElseGet(distribution::toString));
        }
        LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
        LocalDate ended = release.ended(today, acceptsExtended);
        return Outcome.failIf(
                ended != null,
                BASE,
                "the " + (release.isExtended(today) ? "regular support" : "support") + " of its release ended on "
                        + ended,
                Evidence.of("release", distribution.toString()));
    }

    private static Outcome unknown(ImageBase base) {
        return Outcome.unknown(MissingValue.Reason.KEY_MISSING, base.reason());
    }

    private static Evidence[] evidence(ImageBase base) {
        List<Evidence> evidence = new ArrayList<>();
        base.base().ifPresent(image -> evidence.add(Evidence.of("base", image.name() + " " + image.digest())));
        base.onto().ifPresent(image -> evidence.add(Evidence.of("rebuildOn", image.name() + " " + image.digest())));
        return evidence.toArray(Evidence[]::new);
    }
}
