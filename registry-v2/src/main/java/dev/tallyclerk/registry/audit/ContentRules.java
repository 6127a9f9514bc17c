package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.internal.secret.SecretText;
import dev.tallyclerk.registry.model.Deviation;
import dev.tallyclerk.registry.model.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Rules on whether manifest, configuration and layers match and belong together. */
final class ContentRules {

    private static final int MARK_DIGITS = 32;

    private ContentRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(
                brokenPromise(),
                foreignLayers(),
                obsoleteManifest(),
                historyMismatch(),
                deviations(),
                unprintablePaths(),
                unequalLinks());
    }

    private static Rule<ImageSubject> brokenPromise() {
        return rule(
                info("IMG-035", "Content is wrong or ambiguous", Severity.CRITICAL, Profile.L1, "4.12", "4.1.3"),
                "Content that does not match its digest or size was damaged, or replaced by an attacker who could"
                        + " not change the manifest. Content that matches but is malformed was built that way, and"
                        + " programs refuse it. Content that programs read in different ways may be harmless where"
                        + " it is examined and harmful where it runs. Missing content could be anything.",
                "Do not use the image. If its content does not match, fetch it again from a trusted source, and"
                        + " find out who served this one. If it is malformed, ambiguous or inconsistent, rebuild it"
                        + " with a current tool. If content is missing, push the image again, including layers that"
                        + " are not distributed.",
                image -> image.contentProblems()
                        .decideAt((problems, at) -> Outcome.ofProblems(problems.stream()
                                .map(problem -> Problem.at(
                                        at, problem.isBlank() ? "content does not match" : problem, mark(problem)))
                                .toList())));
    }

    /** Makes the problem's whole text count in baselines, which ignore messages. Known secrets are left out of it. */
    private static Evidence mark(String problem) {
        byte[] shown = SecretText.redact(problem).getBytes(StandardCharsets.UTF_8);
        return Evidence.of("problem", Digest.sha256Of(shown).encoded().substring(0, MARK_DIGITS));
    }

    private static Rule<ImageSubject> foreignLayers() {
        return rule(
                info("IMG-036", "Manifest points to other servers", Severity.MEDIUM, Profile.STRICT, "4.2", "4.1.5"),
                "A layer that is fetched from a URL or must not be distributed can disappear, and the URL leads"
                        + " clients to a server that the registry does not control.",
                "Push a complete copy of the image to a registry of your own.",
                image -> image.layers().decideAt((layers, at) -> {
                    List<Problem> problems = new ArrayList<>();
                    for (int i = 0; i < layers.size(); i++) {
                        addProblems(layers.get(i), at.child(Integer.toString(i)), problems);
                    }
                    return Outcome.ofProblems(problems);
                }));
    }

    private static void addProblems(ImageSubject.Layer layer, Location at, List<Problem> problems) {
        if (!layer.urls().isEmpty()) {
            problems.add(Problem.at(
                    at.child("urls"),
                    "a layer is fetched from another server",
                    layer.urls().stream()
                            .limit(Rules.MAX_SHOWN)
                            .flatMap(url -> Rules.url(url).stream())
                            .toArray(Evidence[]::new)));
        }
        if (ContentProblems.isRestricted(layer.mediaType())) {
            problems.add(Problem.at(
                    at.child("mediaType"),
                    "a layer has a media type that is not distributed",
                    Evidence.of("mediaType", layer.mediaType())));
        }
    }

    private static Rule<ImageSubject> obsoleteManifest() {
        return rule(
                info("IMG-037", "Manifest has an obsolete format", Severity.MEDIUM, Profile.L1, "4.12", "4.1.5"),
                "Schema 1 lists layers without sizes and has no digest of a configuration, so less of the image can"
                        + " be verified; current engines no longer read it.",
                "Rebuild the image, and push it as Docker schema 2 or OCI.",
                image -> Outcome.allOf(
                        image.schemaVersion()
                                .decideAt((version, at) ->
                                        Rules.failIf(version == 1, at, "the manifest has schema version 1")),
                        image.manifestMediaType()
                                .decideAt((type, at) -> Rules.failIf(
                                        MediaType.isSchema1(type),
                                        at,
                                        "the manifest has schema version 1",
                                        Evidence.of("mediaType", type)))));
    }

    private static Rule<ImageSubject> historyMismatch() {
        return rule(
                info("IMG-038", "History and layers disagree", Severity.LOW, Profile.STRICT, "4.2", "4.1.3"),
                "A layer without a step in the history was added after the build, or its step was removed.",
                "Rebuild the image with a builder that records one entry for each layer.",
                image -> Fact.decideBoth(image.steps(), image.diffIds(), (steps, diffIds) -> {
                    long layers =
                            steps.stream().filter(step -> step.layer() >= 0).count();
                    return Rules.failIf(
                            layers != diffIds.size(),
                            Location.pointer("config", "history"),
                            "the history has " + layers + " steps with a layer, but there are " + diffIds.size()
                                    + " layers");
                }));
    }

    private static Rule<ImageSubject> deviations() {
        return rule(
                info(
                        "IMG-042",
                        "Document breaks its specification harmlessly",
                        Severity.LOW,
                        Profile.L1,
                        "4.12",
                        "4.1.3"),
                "A manifest or configuration that breaks its specification was written by an unusual tool. All engines"
                        + " that load the image read these places the same, but other programs may refuse them.",
                "Rebuild the image with a current tool, or waive this rule for images of a tool that you know.",
                image -> Outcome.allOf(
                        image.manifestDeviations().decideAt(ContentRules::deviations),
                        image.configDeviations().decideAt(ContentRules::deviations)));
    }

    private static Rule<ImageSubject> unprintablePaths() {
        return rule(
                info("IMG-043", "File name has control characters", Severity.MEDIUM, Profile.L1, "4.12", "4.1.3"),
                "A name with control characters can hide a file from people, and change what a terminal or a log shows.",
                "Remove the file, or give it another name.",
                image -> image.unprintablePaths()
                        .decideAt((paths, at) -> Outcome.ofProblems(paths.stream()
                                .map(path -> Problem.at(
                                        at, "a file has control characters in its name", Evidence.of("path", path)))
                                .toList())));
    }

    private static Rule<ImageSubject> unequalLinks() {
        return rule(
                info(
                        "IMG-044",
                        "Hard link has another mode or owner than its file",
                        Severity.MEDIUM,
                        Profile.L1,
                        "4.12",
                        "4.1.3"),
                "Podman and containerd give the file the link's mode and owner, umoci keeps the file's, so that"
                        + " permissions and set-user-ID bits depend on the engine.",
                "Rebuild the layer with a tool that writes the same mode and owner for all names of a file.",
                image -> image.unequalLinks()
                        .decideAt((paths, at) -> Outcome.ofProblems(paths.stream()
                                .map(path -> Problem.at(
                                        at,
                                        "a hard link has another mode or owner than its file",
                                        Evidence.of("path", path)))
                                .toList())));
    }

    private static Outcome deviations(List<Deviation> deviations, Location at) {
        return Outcome.ofProblems(deviations.stream()
                .distinct()
                .map(deviation -> Problem.at(at, deviation.pointer() + " " + deviation.message()))
                .toList());
    }
}
