package dev.tallyclerk.reference;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.digest.MalformedDigestException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An image as Docker's command line accepts it: a name or an image ID.
 *
 * <p>An ID is the digest of the image's configuration. It identifies a local image; registries cannot look it up.
 * Immutable.
 *
 * @see <a href="https://github.com/distribution/reference">The distribution project's reference grammar</a>
 */
public final class AnyReference {
    private final @Nullable Reference name;
    private final @Nullable Digest id;

    private AnyReference(@Nullable Reference name, @Nullable Digest id) {
        this.name = name;
        this.id = id;
    }

    /**
     * Parses a name or an ID, as distribution's {@code ParseAnyReference} does: 64 hexadecimal characters are a SHA-256
     * ID, a SHA-256 or SHA-512 digest is an ID, and anything else is read by {@link Reference#parseNormalized}.
     * Distribution also accepts a SHA-384 digest as an ID; this method refuses it.
     *
     * <p>{@code sha256:} with 64 hexadecimal characters is an ID here, but for {@code parseNormalized} it is a
     * repository {@code sha256} with a tag. Takes time linear in the length of the text.
     *
     * @param text a name or an ID; an ID in upper case is refused
     * @throws MalformedReferenceException if {@code text} is neither
     */
    public static AnyReference parse(String text) {
        Optional<Digest> id = imageId(text);
        return id.isPresent()
                ? new AnyReference(null, id.get())
                : new AnyReference(Reference.parseNormalized(text), null);
    }

    /** {@return the result of {@code name} for a name, or of {@code id} for an ID} */
    public <R> R fold(Function<? super Reference, ? extends R> name, Function<? super Digest, ? extends R> id) {
        return this.name != null ? name.apply(this.name) : id.apply(Objects.requireNonNull(this.id));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AnyReference that && Objects.equals(name, that.name) && Objects.equals(id, that.id);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, id);
    }

    /** {@return the whole name, or the ID with its algorithm} */
    @Override
    public String toString() {
        return fold(Reference::toString, Digest::toString);
    }

    private static Optional<Digest> imageId(String text) {
        String digest = Reference.isImageId(text) ? DigestAlgorithm.SHA256.name() + ':' + text : text;
        try {
            return Optional.of(Digest.parse(digest)).filter(Reference::mayCarry);
        } catch (MalformedDigestException e) {
            return Optional.empty();
        }
    }
}
