package dev.tallyclerk.registry.sbom;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.MalformedDigestException;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.inventory.PackageUrl;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The base image that a bill of materials names: a claim, which only the layers of both images confirm. Immutable.
 *
 * @see <a href="https://cyclonedx.org/docs/1.6/json/#metadata_component_pedigree_ancestors">CycloneDX 1.6, pedigree</a>
 * @see <a href="https://spdx.github.io/spdx-spec/v2.3/relationships-between-SPDX-elements/">SPDX 2.3, section 11.1,
 *     DESCENDANT_OF</a>
 */
public final class ClaimedBase {
    private static final int SHORTEST_DIGEST = 32;

    private final @Nullable Reference reference;
    private final @Nullable Digest digest;
    private final boolean isLabel;

    private ClaimedBase(@Nullable Reference reference, @Nullable Digest digest, boolean isLabel) {
        this.reference = reference;
        this.digest = digest;
        this.isLabel = isLabel;
    }

    /** {@return the base that labels of the image name; empty if they name none} */
    static Optional<ClaimedBase> ofLabels(String name, String digest) {
        return of(reference(name), digest(digest), true);
    }

    /** {@return the image that a component or package is; empty if nothing identifies one} */
    static Optional<ClaimedBase> of(String name, String version, String purl) {
        PackageUrl url = imageUrl(purl).orElse(null);
        Digest digest = url == null ? null : digest(url.version());
        digest = digest == null ? digest(version) : digest;
        digest = digest == null ? digest(name) : digest;
        Reference reference = reference(name);
        String tag = digest(version) == null ? version : "";
        if (url != null) {
            Reference located = reference(repository(url));
            // The component's name may have a tag, which the package URL of an image need not have.
            if (located != null && (reference == null || !reference.name().equals(located.name()))) {
                reference = located;
            }
            String stated = url.qualifiers().getOrDefault("tag", digest(url.version()) == null ? url.version() : "");
            tag = stated.isEmpty() ? tag : stated;
        }
        return of(tagged(reference, tag), digest, false);
    }

    /** {@return the image that a component of CycloneDX is; empty if it is none} */
    static Optional<ClaimedBase> of(JsonObject component) {
        String purl = Members.text(component, "purl");
        boolean isImage = Members.text(component, "type").equals("container")
                || imageUrl(purl).isPresent();
        return isImage
                ? of(Members.text(component, "name"), Members.text(component, "version"), purl)
                : Optional.empty();
    }

    private static Optional<ClaimedBase> of(@Nullable Reference named, @Nullable Digest stated, boolean isLabel) {
        Reference reference = named;
        Digest digest = stated;
        if (reference != null && digest == null) {
            digest = reference.digest().orElse(null);
        }
        if (reference != null && digest != null && reference.tag().isEmpty()) {
            // Without it, the name would mean the tag "latest".
            reference = pinned(reference, digest);
        }
        return reference == null && digest == null
                ? Optional.empty()
                : Optional.of(new ClaimedBase(reference, digest, isLabel));
    }

    /** {@return the only one of several claims; empty if they disagree, because nothing tells which one holds} */
    static Optional<ClaimedBase> only(List<ClaimedBase> claims) {
        List<String> texts =
                claims.stream().map(ClaimedBase::toString).distinct().toList();
        return texts.size() == 1 ? Optional.of(claims.get(0)) : Optional.empty();
    }

    /** {@return the package URL of an image; empty for any other text} */
    static Optional<PackageUrl> imageUrl(String purl) {
        if (!purl.startsWith("pkg:oci/") && !purl.startsWith("pkg:docker/")) {
            return Optional.empty();
        }
        try {
            return Optional.of(PackageUrl.parse(purl));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** {@return the repository that a package URL names; empty if it does not say in which registry} */
    private static String repository(PackageUrl url) {
        String location = url.qualifiers().getOrDefault("repository_url", "");
        if (url.type().equals("oci")) {
            return location;
        }
        String path = url.namespace().isEmpty() ? url.name() : url.namespace() + "/" + url.name();
        return location.isEmpty() ? path : location + "/" + path;
    }

    private static @Nullable Reference reference(String name) {
        // An image without a known name is called by its digest.
        if (name.isEmpty() || digest(name) != null) {
            return null;
        }
        try {
            return Reference.parseNormalized(name);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Reference tagged(@Nullable Reference reference, String tag) {
        if (reference == null || tag.isEmpty() || reference.tag().isPresent()) {
            return reference;
        }
        try {
            return reference.withTag(tag);
        } catch (IllegalArgumentException e) {
            return reference;
        }
    }

    private static @Nullable Reference pinned(Reference reference, Digest digest) {
        try {
            return reference.withDigest(digest);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Digest digest(String text) {
        if (text.indexOf(':') < 0) {
            return null;
        }
        try {
            Digest digest = Digest.parse(text);
            // A name with a tag, such as debian:12, has the form of a digest.
            return digest.encoded().length() < SHORTEST_DIGEST ? null : digest;
        } catch (MalformedDigestException e) {
            return null;
        }
    }

    /** {@return the name, with what the document states of tag and digest; empty if it states no name} */
    public Optional<Reference> reference() {
        return Optional.ofNullable(reference);
    }

    /** {@return the digest of the manifest, or of the index, of the base} */
    public Optional<Digest> digest() {
        return Optional.ofNullable(digest);
    }

    /** {@return whether this is from labels of the image, which it may have inherited from its base} */
    public boolean isLabel() {
        return isLabel;
    }

    /** {@return name and digest} */
    @Override
    public String toString() {
        if (reference == null) {
            return String.valueOf(digest);
        }
        return digest == null || reference.digest().isPresent() ? reference.toString() : reference + "@" + digest;
    }
}
