package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.reference.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rules on the identity and origin of the image. */
final class ProvenanceRules {
    private static final RuleParameter<Duration> MAX_AGE = RuleParameter.duration(
            "maximumAge", Duration.ofDays(90), Duration.ofDays(1), Duration.ofDays(36_500), "How old an image may be.");
    private static final List<String> PROVENANCE = List.of(
            "org.opencontainers.image.source", "org.opencontainers.image.revision", "org.opencontainers.image.created");

    private static final String BASE_NAME = "org.opencontainers.image.base.name";
    private static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

    /** Hosts of Docker Hub, whose images have the domain docker.io. */
    private static final Map<String, String> DOCKER_HUB =
            Map.of("index.docker.io", "docker.io", "registry-1.docker.io", "docker.io");

    private static final RuleParameter<List<String>> REGISTRIES = RuleParameter.textList(
            "registries",
            List.of(),
            "Registries that images may come from, such as docker.io, or parts of them, such as ghcr.io/example; empty if"
                    + " any may.");
    private static final RuleParameter<List<String>> BASE_IMAGES = RuleParameter.textList(
            "baseImages",
            List.of(),
            "Images that images may be built on, such as docker.io/library/debian, with a tag or digest if only that one"
                    + " may; empty if any may.");

    private ProvenanceRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(movingTag(), notPinned(), foreignRegistry(), foreignBase(), noProvenance(), old(), movedTag());
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

    private static Rule<ImageSubject> foreignRegistry() {
        return Rule.of(
                info("IMG-026", "Registry is not in the allowed list", Severity.MEDIUM, Profile.L1, "4.2", "4.1.5")
                        .rationale(
                                "An image of an unknown registry was not built, scanned or approved by anyone that the"
                                        + " policy names.")
                        .remediation("Copy the image to a registry of the list, after a review.")
                        .parameter(REGISTRIES)
                        .build(),
                ImageSubject.class,
                (image, context) -> {
                    List<String> registries = context.value(REGISTRIES);
                    return image.reference()
                            .decideAt((reference, at) -> registries.isEmpty()
                                    ? Outcome.notApplicable("the policy lists no registries")
                                    : Rules.failIf(
                                            registries.stream().noneMatch(listed -> isFrom(reference, listed)),
                                            at,
                                            "the image is from a registry that the policy does not list",
                                            Evidence.of("registry", reference.domain())));
                });
    }

    private static boolean isFrom(Reference reference, String listed) {
        String wanted = listed.toLowerCase(Locale.ROOT);
        return DOCKER_HUB.getOrDefault(wanted, wanted).equals(reference.domain())
                || reference.name().startsWith(wanted + "/");
    }

    private static Rule<ImageSubject> foreignBase() {
        return Rule.of(
                info(
                                "IMG-027",
                                "Base image is unknown or not in the allowed list",
                                Severity.MEDIUM,
                                Profile.L1,
                                "4.2",
                                "4.1.5")
                        .rationale(
                                "An image has the flaws of its base. Labels and annotations name it; they are a claim of"
                                        + " the builder.")
                        .remediation("Build from an approved base, and set the annotation " + BASE_NAME + ".")
                        .parameter(BASE_IMAGES)
                        .build(),
                ImageSubject.class,
                (image, context) -> {
                    List<String> bases = context.value(BASE_IMAGES);
                    return Fact.decideBoth(
                            image.annotations(),
                            image.labels(),
                            (ofManifest, labels) -> image.indexAnnotations()
                                    .decide(ofIndex -> base(List.of(ofManifest, ofIndex, labels), bases)));
                });
    }

    /** @param claims what manifest, index and labels say; the first that names a base counts */
    private static Outcome base(List<Map<String, String>> claims, List<String> bases) {
        if (bases.isEmpty()) {
            return Outcome.notApplicable("the policy lists no base images");
        }
        Map<String, String> claim = claims.stream()
                .filter(each -> !each.getOrDefault(BASE_NAME, "").isBlank())
                .findFirst()
                .orElse(Map.of());
        if (claim.isEmpty()) {
            return Outcome.unknown(
                    MissingValue.Reason.KEY_MISSING, "neither annotations nor labels name the base image");
        }
        Reference base;
        try {
            base = Reference.parseNormalized(claim.getOrDefault(BASE_NAME, ""));
        } catch (IllegalArgumentException e) {
            return Outcome.unknown(MissingValue.Reason.UNREADABLE, "the name of the base image is malformed");
        }
        String digest = base.digest().map(Digest::toString).orElse(claim.getOrDefault(BASE_DIGEST, ""));
        return Rules.failIf(
                bases.stream().noneMatch(listed -> isListed(base, digest, listed)),
                Location.pointer("manifest", "annotations", BASE_NAME),
                "the image is built on one that the policy does not list",
                Evidence.of("base", base.name()));
    }

    private static boolean isListed(Reference base, String digest, String listed) {
        Reference wanted;
        try {
            wanted = Reference.parseNormalized(listed);
        } catch (IllegalArgumentException e) {
            return false;
        }
        boolean isTag = wanted.tag().isEmpty() || wanted.tag().equals(base.tag());
        boolean isDigest =
                wanted.digest().isEmpty() || wanted.digest().get().toString().equals(digest);
        return wanted.name().equals(base.name()) && isTag && isDigest;
    }

    private static Rule<ImageSubject> movedTag() {
        return rule(
                info(
                        "IMG-040",
                        "Too many images share one mutable tag over time",
                        Severity.INFO,
                        Profile.STRICT,
                        "6.1",
                        "4.2.2"),
                "A tag that had another digest in an earlier audit moves: hosts that pulled it at different times run"
                        + " different images.",
                "Use a tag for each build, and do not move it.",
                image -> image.earlierDigests()
                        .decideAt((digests, at) -> image.ref()
                                .digest()
                                .map(now -> Rules.failIf(
                                        digests.stream().anyMatch(earlier -> !earlier.equals(now)),
                                        at,
                                        "the tag had another digest before"))
                                .orElseGet(() -> Outcome.unknown(
                                        MissingValue.Reason.SOURCE_NOT_PROVIDED,
                                        "the digest of the image is not known"))));
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
