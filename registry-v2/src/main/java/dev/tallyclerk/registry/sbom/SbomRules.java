package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleInfo;
import dev.tallyclerk.hardening.RuleSet;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.subject.RuleHeads;
import dev.tallyclerk.registry.inventory.InstalledPackage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rules on bills of materials, compared with the images that they are about.
 *
 * <p>A problem has the evidence {@code package}, such as {@code npm left-pad}, {@code claimed} for each version that is
 * claimed and not there, and {@code found} for each that is there and not claimed. A waiver for a package:
 * {@code "scope": {"evidence": {"package": "npm left-pad"}}}.
 */
public final class SbomRules {
    private static final RuleSet RULE_SET = new RuleSet(
            "tallyclerk-image-sbom",
            RuleHeads.SINCE,
            List.of(notThere(), notClaimed(), otherVersion(), aboutAnother(), notCompared()),
            Set.of(SbomSubject.KIND));

    private static final Location DOCUMENT = new Location.Whole("bill of materials");

    private SbomRules() {}

    /** {@return the rules on {@link SbomSubject}} */
    public static RuleSet ruleSet() {
        return RULE_SET;
    }

    private static RuleInfo info(String id, String text) {
        return RuleHeads.info(id, Severity.CRITICAL, Profile.L1, "", "4.1.5", text)
                .build();
    }

    private static Rule<SbomSubject> notThere() {
        return over(SbomDifference.Kind.NOT_THERE, info("SBOM-001", """
                        Bill of materials claims a package that is not there
                        The list leads to upgrades of what the image does not have, or is that of another image. Remedy:
                        Write the list from the image that is published, by tallyclerk sbom.
                        """));
    }

    private static Rule<SbomSubject> notClaimed() {
        return over(SbomDifference.Kind.NOT_CLAIMED, info("SBOM-002", """
                        Bill of materials leaves out a package
                        Scanners that read the list miss the vulnerabilities of a package that is not on it. Remedy:
                        Write the list from the image that is published, by tallyclerk sbom.
                        """));
    }

    private static Rule<SbomSubject> otherVersion() {
        return over(SbomDifference.Kind.OTHER_VERSION, info("SBOM-003", """
                        Bill of materials claims another version
                        The image has a package in another version than is claimed, so its vulnerabilities are others.
                        Remedy: Write the list from the image that is published, by tallyclerk sbom.
                        """));
    }

    private static Rule<SbomSubject> over(SbomDifference.Kind kind, RuleInfo info) {
        return Rule.of(
                info,
                SbomSubject.class,
                (subject, context) -> subject.comparison()
                        .map(comparison -> differences(comparison, kind))
                        .orElseGet(() -> unknown(subject.problem())));
    }

    private static Outcome differences(SbomComparison comparison, SbomDifference.Kind kind) {
        List<Problem> problems = new ArrayList<>();
        for (SbomDifference each : comparison.differences()) {
            if (each.kind() == kind) {
                problems.add(problem(each));
            }
        }
        boolean mayBeUnread = kind == SbomDifference.Kind.NOT_THERE && !comparison.isFoundComplete();
        return !problems.isEmpty() && mayBeUnread
                ? unknown("the image has files that cannot be read, which may list " + problems.size()
                        + " claimed packages; SBOM-005 says which")
                : Outcome.ofProblems(problems);
    }

    private static Problem problem(SbomDifference each) {
        String name = each.type() + " " + each.name();
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(Evidence.of("package", name));
        each.claimed().forEach(one -> evidence.add(Evidence.of("claimed", one.version())));
        each.found().forEach(one -> evidence.add(Evidence.of("found", one.version())));
        Location at = each.found().isEmpty()
                ? DOCUMENT
                : new Location.LayerEntry(
                        each.found().get(0).layer().index(), each.found().get(0).path());
        String message = switch (each.kind()) {
            case NOT_THERE -> versions(each.claimed()) + " is claimed and not there";
            case NOT_CLAIMED -> versions(each.found()) + " is there and not claimed";
            case OTHER_VERSION ->
                "is claimed as " + versions(each.claimed()) + " and there as " + versions(each.found());
        };
        return Problem.at(at, name + " " + message, evidence.toArray(Evidence[]::new));
    }

    private static String versions(List<InstalledPackage> packages) {
        return packages.stream().map(InstalledPackage::version).collect(Collectors.joining(", "));
    }

    private static Rule<SbomSubject> aboutAnother() {
        RuleInfo info = info("SBOM-004", """
                        Bill of materials is about another image
                        The digests that the document names are not those of the image. A statement about another image says
                        nothing about this one; for a document without a statement the severity is LOW, because tools that
                        see an image before it is pushed know another digest. Remedy: Attach the document of this image.
                        """);
        return Rule.of(info, SbomSubject.class, (subject, context) -> {
            if (subject.sbom().isEmpty()) {
                return unknown(subject.problem());
            }
            if (!subject.isAboutAnother()) {
                return Outcome.pass();
            }
            Sbom sbom = subject.sbom().get();
            String named =
                    sbom.subjects().stream().limit(3).map(Digest::toString).collect(Collectors.joining(", "));
            Problem problem = Problem.at(DOCUMENT, "it says that it is about " + named + ", not about this image");
            return Outcome.fail(sbom.isAttestation() ? problem : problem.withSeverity(Severity.LOW));
        });
    }

    private static Rule<SbomSubject> notCompared() {
        RuleInfo info = info("SBOM-005", """
                        Bill of materials cannot be compared
                        Without a document, or where the image or the document cannot be read, nothing is known of the
                        claims; unknown unless everything was compared. Remedy: Attach a bill of materials in CycloneDX or
                        SPDX 2, in JSON and with package URLs.
                        """);
        return Rule.of(info, SbomSubject.class, (subject, context) -> {
            List<String> unknowns =
                    subject.comparison().map(SbomComparison::unknowns).orElse(List.of(subject.problem()));
            return unknowns.isEmpty()
                    ? Outcome.pass()
                    : new Outcome.Unknown(unknowns.stream()
                            .map(each -> new MissingValue(MissingValue.Reason.UNREADABLE, each))
                            .toList());
        });
    }

    private static Outcome unknown(String why) {
        return Outcome.unknown(MissingValue.Reason.UNREADABLE, why);
    }
}
