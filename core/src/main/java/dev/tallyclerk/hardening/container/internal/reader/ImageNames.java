package dev.tallyclerk.hardening.container.internal.reader;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.container.model.ImageDefaults;
import dev.tallyclerk.hardening.container.model.LocalImage;
import dev.tallyclerk.internal.subject.Facts;
import dev.tallyclerk.reference.Reference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the images on a host that a name or an id refers to. */
public final class ImageNames {
    private static final int SHORT_ID = 12;
    private static final int FULL_ID = 64;
    private static final String ALGORITHM = "sha256:";

    private ImageNames() {}

    private static long ids(Stream<LocalImage> images) {
        return images.map(image -> withoutAlgorithm(image.id())).distinct().count();
    }

    public static Optional<Reference> reference(String image) {
        try {
            return Optional.of(Reference.parseNormalized(image));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public static String withoutAlgorithm(String id) {
        return id.startsWith(ALGORITHM) ? id.substring(ALGORITHM.length()) : id;
    }

    /**
     * {@return whether {@code image} is an id, or a prefix of one, rather than a name; engines accept prefixes of any
     * length}
     *
     * @param ofContainer the id of the container's image
     */
    public static boolean isId(String image, Fact<String> ofContainer) {
        String digits = withoutAlgorithm(image);
        boolean isHex = !digits.isEmpty() && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
        return isHex
                && (digits.length() == FULL_ID
                        || Facts.isKnown(ofContainer, id -> withoutAlgorithm(id).startsWith(digits)));
    }

    /** {@return the images with this name, by tag or by digest} */
    public static List<LocalImage> named(Reference image, List<LocalImage> images) {
        String wanted = image.withDefaultTag().toString();
        return images.stream()
                .filter(local -> (image.digest().isPresent() ? local.repoDigests() : local.repoTags())
                        .stream()
                                .flatMap(name -> reference(name).stream())
                                .anyMatch(name -> image.digest().isPresent()
                                        ? name.digest().equals(image.digest())
                                        : name.toString().equals(wanted)))
                .toList();
    }

    /**
     * {@return the defaults of the image with that name or id}
     *
     * <p>Docker reads an ambiguous text as a name, Podman as an id, so it is missing if these are two images.
     */
    public static Fact<ImageDefaults> defaults(String image, List<LocalImage> images) {
        String digits = withoutAlgorithm(image);
        List<LocalImage> byId = images.stream()
                .filter(local -> digits.length() >= SHORT_ID
                        && withoutAlgorithm(local.id()).startsWith(digits))
                .toList();
        List<LocalImage> byName = digits.length() == FULL_ID && !byId.isEmpty()
                ? List.of()
                : reference(image).map(name -> named(name, images)).orElse(List.of());
        List<LocalImage> found = byName.isEmpty() ? byId : byName;
        if (!byId.isEmpty() && ids(Stream.concat(byId.stream(), byName.stream())) > 1) {
            return Fact.missing(
                    MissingValue.Reason.UNREADABLE,
                    "the image is named by a prefix of an id that matches several images; name it with its"
                            + " tag, or by the whole id");
        }
        return found.stream()
                .map(LocalImage::defaults)
                .reduce((one, other) -> one instanceof Fact.Missing<ImageDefaults> ? other : one)
                .orElseGet(() -> Fact.missing(
                        MissingValue.Reason.KEY_MISSING, "the list of images does not include the container's"));
    }
}
