package dev.tallyclerk.registry.audit;

import static dev.tallyclerk.internal.subject.RuleHeads.info;
import static dev.tallyclerk.registry.audit.Rules.rule;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.Rule;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.registry.model.MediaType;
import java.util.ArrayList;
import java.util.List;

/** Whether manifest, configuration and layers belong together. */
final class ContentRules {

    private ContentRules() {}

    static List<Rule<ImageSubject>> all() {
        return List.of(brokenPromise(), foreignLayers(), obsoleteManifest(), historyMismatch());
    }

    private static Rule<ImageSubject> brokenPromise() {
        return rule(
                info(
                                "IMG-035",
                                "Content is not what was promised, or ambiguous",
                                Severity.CRITICAL,
                                Profile.L1,
                                "4.12",
                                "4.1.3")
                        .rationale(
                                "Content with another digest or size than the manifest promises was damaged, or replaced by"
                                        + " somebody who could not change the manifest. Content that has its digest and is"
                                        + " malformed was made so, and programs refuse it. What programs read in different"
                                        + " ways is one thing where it is examined, and may be another where it runs."
                                        + " Content that is missing could be anything.")
                        .remediation(
                                "Do not use the image. If its content does not match, fetch it again from a source that is"
                                        + " trusted, and find out who served this one. If it is malformed, ambiguous or does not"
                                        + " fit together, build it again with a current tool. If it is missing, push it again,"
                                        + " layers that are not distributed too."),
                image -> image.contentProblems()
                        .decideAt((problems, at) -> Outcome.ofProblems(problems.stream()
                                .map(problem -> Problem.at(
                                        at,
                                        problem.isBlank() ? "content does not match" : problem,
                                        Rules.mark("problem", problem)))
                                .toList())));
    }

    private static Rule<ImageSubject> foreignLayers() {
        return rule(
                info("IMG-036", "Manifest points outside the registry", Severity.MEDIUM, Profile.STRICT, "4.2", "4.1.5")
                        .rationale(
                                "A layer that is fetched from a URL or must not be distributed can vanish, and the fetch"
                                        + " leads a client to a server that its registry does not control.")
                        .remediation("Push a complete copy of the image to a registry of your own."),
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
                    "a layer is to be fetched from elsewhere",
                    layer.urls().stream()
                            .limit(Rules.MAX_SHOWN)
                            .flatMap(url -> Rules.url(url).stream())
                            .toArray(Evidence[]::new)));
        }
        if (isRestricted(layer.mediaType())) {
            problems.add(Problem.at(
                    at.child("mediaType"),
                    "a layer is of a type that is not distributed",
                    Evidence.of("mediaType", layer.mediaType())));
        }
    }

    /** {@return whether a layer of that type may be left out where an image is copied to} */
    static boolean isRestricted(String mediaType) {
        return mediaType.startsWith("application/vnd.oci.image.layer.nondistributable.")
                || mediaType.startsWith("application/vnd.docker.image.rootfs.foreign.");
    }

    private static Rule<ImageSubject> obsoleteManifest() {
        return rule(
                info("IMG-037", "Manifest is of an obsolete form", Severity.MEDIUM, Profile.L1, "4.12", "4.1.5")
                        .rationale(
                                "Schema 1 names layers without sizes and has no digest of a configuration, so less of the"
                                        + " image is verified; current engines no longer read it.")
                        .remediation("Rebuild the image, and push it as Docker schema 2 or OCI."),
                image -> Outcome.allOf(
                        image.schemaVersion()
                                .decideAt((version, at) -> version == 1
                                        ? Outcome.fail(Problem.at(at, "the manifest is of schema 1"))
                                        : Outcome.pass()),
                        image.manifestMediaType()
                                .decideAt((type, at) -> MediaType.isSchema1(type)
                                        ? Outcome.fail(Problem.at(
                                                at, "the manifest is of schema 1", Evidence.of("mediaType", type)))
                                        : Outcome.pass())));
    }

    private static Rule<ImageSubject> historyMismatch() {
        return rule(
                info("IMG-038", "History and layers disagree", Severity.LOW, Profile.STRICT, "4.2", "4.1.3")
                        .rationale(
                                "A layer that no step of the history accounts for was put in, or its step taken out, after"
                                        + " the build.")
                        .remediation("Rebuild the image with a builder that records one entry for each layer."),
                image -> Fact.decideBoth(image.steps(), image.diffIds(), (steps, diffIds) -> {
                    long layers =
                            steps.stream().filter(step -> step.layer() >= 0).count();
                    return layers == diffIds.size()
                            ? Outcome.pass()
                            : Outcome.fail(Problem.at(
                                    Location.pointer("config", "history"),
                                    "the history has " + layers + " steps with a layer, and there are " + diffIds.size()
                                            + " layers"));
                }));
    }
}
