package dev.tallyclerk.hardening.container.internal.rules;

import static dev.tallyclerk.hardening.container.internal.rules.ContainerRule.rule;
import static dev.tallyclerk.internal.subject.RuleHeads.info;

import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Profile;
import dev.tallyclerk.hardening.RuleContext;
import dev.tallyclerk.hardening.RuleParameter;
import dev.tallyclerk.hardening.Severity;
import dev.tallyclerk.hardening.container.internal.reader.Container;
import dev.tallyclerk.hardening.container.internal.reader.ImageNames;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.reference.Reference;
import java.util.List;
import java.util.function.BiFunction;

/** The image of a container. */
final class ImageRules {
    private static final RuleParameter<Boolean> ANY_TAG =
            RuleParameter.flag("everyTagIsMutable", false, "Whether every tag counts as mutable, not only latest.");
    private static final RuleParameter<List<String>> REGISTRIES = RuleParameter.textList(
            "allowedRegistries",
            List.of(),
            "Registries that images may come from, for example docker.io; empty to allow all.");

    private ImageRules() {}

    static List<ContainerRule> all() {
        return List.of(mutableTag(), registry(), movedTag());
    }

    /** Decides over the image's name; an id identifies the image and tells nothing else. */
    private static Outcome overName(
            Container container, Outcome ofId, BiFunction<Reference, Location, Outcome> decision) {
        return container.config().image().decideAt((image, at) -> {
            if (ImageNames.isId(image, container.imageId())) {
                return ofId;
            }
            return ImageNames.reference(image)
                    .map(reference -> decision.apply(reference, at))
                    .orElseGet(
                            () -> Outcome.unknown(MissingValue.Reason.UNREADABLE, at + " is not an image reference"));
        });
    }

    private static ContainerRule mutableTag() {
        return rule(
                info("RUN-049", Severity.LOW, Profile.L1, "5.28", "4.2.2", """
                        Container was started from a mutable tag
                        latest, or a name without a tag, refers to another image whenever someone pushes one. The same
                        command then starts an image that nobody has reviewed.
                        Remedy: Start it from NAME@sha256:DIGEST, or at least from a tag with a version.
                        """).parameter(ANY_TAG),
                (container, context) ->
                        overName(container, Outcome.pass(), (image, at) -> mutableTag(image, at, context)));
    }

    static Outcome mutableTag(Reference image, Location at, RuleContext context) {
        if (image.digest().isPresent()) {
            return Outcome.pass();
        }
        String tag = image.tag().orElse("");
        return Outcome.failIf(
                tag.isEmpty() || tag.equals("latest") || context.value(ANY_TAG),
                at,
                tag.isEmpty() ? "the image has no tag, so latest is used" : "the tag is mutable",
                Evidence.of("Image", image.familiar()));
    }

    private static ContainerRule registry() {
        return rule(
                info("RUN-050", Severity.MEDIUM, Profile.L1, "4.2", "4.1.5", """
                        Image is from a registry that is not allowed
                        Everyone who may push to a registry decides what runs. Images from a registry that nobody vetted
                        may come from anyone.
                        Remedy: Copy the image to a registry of your own and start it from there, or add its registry to
                        the policy.
                        """)
                        .parameter(REGISTRIES),
                (container, context) -> {
                    if (!hasRegistries(context)) {
                        return anyRegistry();
                    }
                    Outcome ofId = Outcome.unknown(
                            MissingValue.Reason.KEY_MISSING,
                            "the container was started from an image id, which names no registry");
                    return overName(container, ofId, (image, at) -> registry(image, at, context));
                });
    }

    static boolean hasRegistries(RuleContext context) {
        return !context.value(REGISTRIES).isEmpty();
    }

    static Outcome anyRegistry() {
        return Outcome.notApplicable("the policy has no list of allowed registries");
    }

    static Outcome registry(Reference image, Location at, RuleContext context) {
        return Outcome.failIf(
                !context.value(REGISTRIES).contains(image.domain()),
                at,
                "the image is from a registry that is not on the policy's list",
                Evidence.of("registry", image.domain()));
    }

    private static ContainerRule movedTag() {
        return rule(
                info("RUN-058", Severity.LOW, Profile.L1, "5.28", "4.2.2", """
                        Image name now refers to another image
                        The name was pulled again and refers to a newer image, but the container still runs the old one,
                        with flaws that have been fixed since.
                        Remedy: Recreate the container from the image that the name refers to.
                        """),
                container -> overName(
                        container,
                        Outcome.notApplicable("the container was started from an image id, which is immutable"),
                        (image, at) -> container.images().decide(images -> movedTag(container, image, at, images))));
    }

    private static Outcome movedTag(Container container, Reference image, Location at, List<LocalImage> images) {
        List<String> ids = ImageNames.named(image, images).stream()
                .map(local -> ImageNames.withoutAlgorithm(local.id()))
                .toList();
        if (ids.isEmpty()) {
            return Outcome.unknown(
                    MissingValue.Reason.KEY_MISSING, "the list of images does not include the container's");
        }
        return container
                .imageId()
                .decide(id -> Outcome.failIf(
                        !ids.contains(ImageNames.withoutAlgorithm(id)),
                        at,
                        "the name refers to another image than the container's",
                        Evidence.of("Image", image.familiar()),
                        Evidence.of("id", id)));
    }
}
