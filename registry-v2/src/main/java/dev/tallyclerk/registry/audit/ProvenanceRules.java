package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rules on the identity and origin of the image. */
final class ProvenanceRules {
    private static final RuleParameter<Duration> MAX_AGE = RuleParameter.duration(
            "maximumAge", Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(36_500), "How old an image may be.");
    private static final List<String> PROVENANCE = List.of(
            "org.opencontainers.image.source", "org.opencontainers.image.revision", "org.opencontainers.image.created");

    private ProvenanceRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(movingTag(), notPinned(), noProvenance(), old());
    }

    private static Rule<ImageSubject> movingTag() {
        return rule(
                info("IMG-024", "Tag is latest or missing", Severity.LOW, Profile.L1, "5.28", "4.2.2"),
                "The tag latest, which is also the default, names whatever was pushed last: two hosts may run"
                        + " different images under one name, and there is no way back to the previous one.",
                "Use a version, or better a digest.",
                image -> image.reference().decideAt((reference, at) -> {
                    if (reference.tag().isEmpty()) {
                        return Rules.failIf(reference.digest().isEmpty(), at, "there is no tag, which means latest");
                    }
                    return Rules.failIf(reference.tag().get().equals("latest"), at, "the tag is latest");
                }));
    }

    private static Rule<ImageSubject> notPinned() {
        return rule(
                info("IMG-025", "Reference is not pinned by a digest", Severity.LOW, Profile.STRICT, "5.28", "4.2.2"),
                "Anyone who may push, or who controls the registry, can move a tag to other content; a digest"
                        + " always names the same content.",
                "Use name:tag@sha256:…, and let a tool update the digest when the tag moves.",
                image -> image.reference()
                        .decideAt((reference, at) ->
                                Rules.failIf(reference.digest().isEmpty(), at, "there is no digest")));
    }

    private static Rule<ImageSubject> noProvenance() {
        return rule(
                info("IMG-028", "Image does not name its source", Severity.INFO, Profile.STRICT, "4.2", "4.1.5"),
                "When a flaw is found in an image, someone must find its source and the build that made it.",
                "Set the labels or annotations org.opencontainers.image.source, .revision and .created in the"
                        + " build.",
                image -> image.labels()
                        .decideAt((labels, at) -> lacking(labels).isEmpty()
                                ? Outcome.pass()
                                : Fact.decideBoth(
                                        image.labels(),
                                        image.annotations(),
                                        (own, more) -> provenance(own, more, at))));
    }

    private static Outcome provenance(Map<String, String> labels, Map<String, String> annotations, Location at) {
        List<String> lacking = lacking(labels).stream()
                .filter(key -> annotations.getOrDefault(key, "").isBlank())
                .toList();
        return Rules.failIf(
                !lacking.isEmpty(),
                at,
                "neither labels nor annotations name the source of the image",
                lacking.stream().map(key -> Evidence.of("absent", key)).toArray(Evidence[]::new));
    }

    private static List<String> lacking(Map<String, String> labels) {
        return PROVENANCE.stream()
                .filter(key -> labels.getOrDefault(key, "").isBlank())
                .toList();
    }

    /** The year of Docker's first release; no image is older. */
    private static final Instant FIRST_IMAGE = Instant.parse("2013-01-01T00:00:00Z");

    private static Rule<ImageSubject> old() {
        return Rule.of(
                info("IMG-029", "Image is old", Severity.LOW, Profile.L1, "4.4", "4.2.2")
                        .rationale("An image that was not rebuilt for 90 days lacks the fixes that its base and its"
                                + " packages got since.")
                        .remediation("Rebuild the image on a current base, and do so regularly.")
                        .parameter(MAX_AGE)
                        .build(),
                ImageSubject.class,
                (image, context) -> image.created()
                        .decideAt((created, at) -> age(created, context.auditTime(), context.value(MAX_AGE), at)));
    }

    /**
     * Reproducible builds write the epoch or one second later, buildpacks the earliest time of zip files, and Go's zero
     * time is earlier still: none of them is the age of the image.
     */
    private static Outcome age(Instant created, Instant now, Duration most, Location at) {
        if (created.isBefore(FIRST_IMAGE)) {
            return Outcome.unknown(MissingValue.Reason.IMPLAUSIBLE, "the creation time at " + at + " is a placeholder");
        }
        if (created.isAfter(now)) {
            return Outcome.unknown(MissingValue.Reason.IMPLAUSIBLE, "the creation time at " + at + " is in the future");
        }
        Duration age = Duration.between(created, now);
        return Rules.failIf(
                age.compareTo(most) > 0,
                at,
                "the image is " + age.toDays() + " days old; " + most.toDays() + " are allowed",
                Evidence.of("created", created.toString()));
    }
}
