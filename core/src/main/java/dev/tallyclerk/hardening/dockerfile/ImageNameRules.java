package dev.tallyclerk.hardening.dockerfile;

import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.dockerfile.WordExpander.Expansion;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Rules on the images that a build starts from. */
final class ImageNameRules {
    private static final RuleParameter<List<String>> REGISTRIES = RuleParameter.textList(
            "allowedRegistries",
            List.of(),
            "The registries that images may come from, for example registry.example.com or *.example.com.");

    private static final Set<String> FRONTENDS =
            Set.of("docker/dockerfile", "docker/dockerfile-upstream", "docker.io/docker/dockerfile");

    private ImageNameRules() {}

    static List<Rule<DockerfileSubject>> all() {
        return List.of(latest(), noDigest(), registry(), platform(), frontend());
    }

    /** Calls {@code check} for each stage whose base is an image and not a stage or nothing. */
    private static Outcome overBases(
            DockerfileSubject subject, Severity severity, BiConsumer<BuiltStage, Findings> check) {
        return Findings.overStages(subject, severity, (stage, found) -> {
            boolean isImage = stage.stage().isPresent()
                    && stage.parent().isEmpty()
                    && !stage.base().text().equals("scratch");
            if (isImage) {
                check.accept(stage, found);
            }
        });
    }

    private static Location place(BuiltStage stage) {
        Instruction from = stage.stage().orElseThrow().from();
        return from.words().isEmpty() ? from.at() : from.at(0);
    }

    private static String byDefault(BuiltStage stage) {
        boolean isArgument =
                stage.stage().filter(of -> of.from().text().indexOf('$') >= 0).isPresent();
        return isArgument ? " with the defaults of the build arguments" : "";
    }

    private static void unresolved(BuiltStage stage, Findings found) {
        found.missing(MissingValue.Reason.UNRESOLVED_VARIABLE, stage.base().unresolved("FROM at " + place(stage)));
    }

    private static Rule<DockerfileSubject> latest() {
        Severity severity = Severity.MEDIUM;
        return Rule.of(
                info("DKF-001", severity, Profile.L1, "5.28", "4.2.2", """
                        Base image is latest or untagged
                        The tag latest, which stands for no tag, moves with each release, so that two builds of one file
                        start from different images, and nobody can tell which.
                        Remedy: Write a tag of one version after the name of the image, better with the digest: FROM
                        NAME:TAG@sha256:…
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> overBases(subject, severity, (stage, found) -> {
                    ImageName name = ImageName.of(stage.base().text());
                    if (name.isLatest()) {
                        found.add(
                                place(stage),
                                "the base image has " + (name.tag().isEmpty() ? "no tag" : "the tag latest")
                                        + byDefault(stage),
                                Findings.shown("image", stage.base()));
                    } else if (name.mayBeLatest()) {
                        unresolved(stage, found);
                    }
                }));
    }

    private static Rule<DockerfileSubject> noDigest() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-002", severity, Profile.STRICT, "5.28", "4.2.2", """
                        Base image is not pinned by digest
                        Anyone who may write to the repository can move a tag to another image. Only a digest names the same
                        content for ever.
                        Remedy: Write the digest after the tag, FROM NAME:TAG@sha256:…, and let a tool such as Renovate
                        or Dependabot keep it up to date.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> overBases(subject, severity, (stage, found) -> {
                    ImageName name = ImageName.of(stage.base().text());
                    if (!name.hasDigest() && name.isKnown()) {
                        found.add(
                                place(stage),
                                "the base image has no digest" + byDefault(stage),
                                Findings.shown("image", stage.base()));
                    } else if (!name.hasDigest()) {
                        unresolved(stage, found);
                    }
                }));
    }

    private static Rule<DockerfileSubject> registry() {
        Severity severity = Severity.HIGH;
        return Rule.of(
                info("DKF-003", severity, Profile.L1, "4.2", "4.1.5", """
                        Image comes from a registry that is not allowed
                        An image is as trustworthy as the registry that it comes from. This rule applies if a policy lists
                        the registries.
                        Remedy: Use the image of an approved registry, or mirror it there.
                        """)
                        .parameter(REGISTRIES)
                        .build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    List<String> allowed = context.value(REGISTRIES);
                    return allowed.isEmpty()
                            ? Outcome.notApplicable("the policy lists no registries")
                            : overImages(subject, severity, allowed);
                });
    }

    private static Outcome overImages(DockerfileSubject subject, Severity severity, List<String> allowed) {
        return Findings.overStages(subject, severity, (stage, found) -> {
            boolean isImage = stage.stage().isPresent()
                    && stage.parent().isEmpty()
                    && !stage.base().text().equals("scratch");
            if (isImage) {
                judge(stage.base(), place(stage), allowed, found);
            }
            for (Step step : stage.steps()) {
                Optional<String> from = step.instruction().flag("from");
                if (from.isPresent() && CopySources.isImage(subject.file(), stage, from.get())) {
                    judge(Expansion.literal(from.get()), step.instruction().at(), allowed, found);
                }
            }
        });
    }

    private static void judge(Expansion image, Location at, List<String> allowed, Findings found) {
        String domain = ImageName.of(image.text()).domain();
        if (domain.indexOf(WordExpander.HOLE) >= 0 || image.text().startsWith(String.valueOf(WordExpander.HOLE))) {
            found.missing(MissingValue.Reason.UNRESOLVED_VARIABLE, image.unresolved("the image at " + at));
        } else if (allowed.stream().noneMatch(pattern -> matches(pattern, domain))) {
            found.add(
                    at,
                    "the image comes from a registry that the policy does not list",
                    Evidence.of("registry", domain));
        }
    }

    private static boolean matches(String pattern, String domain) {
        return pattern.startsWith("*.")
                ? domain.length() > pattern.length() - 1 && domain.endsWith(pattern.substring(1))
                : pattern.equals("*") || pattern.equals(domain);
    }

    private static Rule<DockerfileSubject> platform() {
        Severity severity = Severity.INFO;
        return Rule.of(
                info("DKF-044", severity, Profile.STRICT, "", "4.1.2", """
                        Platform of FROM is constant or redundant
                        A constant platform makes the same image on every machine, which then runs slowly or not at all
                        elsewhere. The platform of the target is what FROM uses anyway.
                        Remedy: Remove --platform, or write --platform=$BUILDPLATFORM for a stage that cross-compiles.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> Findings.overStages(subject, severity, (stage, found) -> {
                    Optional<Instruction> from = stage.stage().map(Stage::from);
                    Optional<String> platform = from.flatMap(instruction -> instruction.flag("platform"));
                    if (platform.isEmpty()) {
                        return;
                    }
                    boolean isTarget = platform.get().matches("\\$\\{?TARGETPLATFORM\\}?");
                    if (isTarget || platform.get().indexOf('$') < 0) {
                        found.add(
                                from.get().at(),
                                isTarget ? "the platform is the target's anyway" : "the platform is a constant",
                                Evidence.of("platform", platform.get()));
                    }
                }));
    }

    private static Rule<DockerfileSubject> frontend() {
        Severity severity = Severity.LOW;
        return Rule.of(
                info("DKF-051", severity, Profile.STRICT, "4.2", "4.1.5", """
                        Frontend of the build is an unpinned image
                        The image after syntax= reads this file and decides what the build does. Anyone who may move its tag
                        decides what goes into the image.
                        Remedy: Write the digest of the frontend, # syntax=docker/dockerfile:1@sha256:…, or remove the
                        line and use the frontend of the builder.
                        """).build(),
                DockerfileSubject.class,
                (subject, context) -> {
                    Optional<Directive> syntax = subject.file().directive("syntax");
                    if (syntax.isEmpty()) {
                        return Outcome.notApplicable("the file names no frontend");
                    }
                    String image = syntax.get().value().split("\\s", 2)[0];
                    String name = image.split("[:@]", 2)[0];
                    return Findings.over(severity, found -> {
                        if (!FRONTENDS.contains(name)) {
                            found.add(
                                    syntax.get().at(),
                                    "the frontend is not docker/dockerfile",
                                    Evidence.of("image", image));
                        } else if (!ImageName.of(image).hasDigest()) {
                            found.add(syntax.get().at(), "the frontend has no digest", Evidence.of("image", image));
                        }
                    });
                });
    }
}
