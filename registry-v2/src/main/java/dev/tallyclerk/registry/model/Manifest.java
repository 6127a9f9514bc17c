package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.verify.VerificationException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or an index, with the exact bytes that it was read from.
 *
 * <p>Whoever has been promised a digest uses {@link #parseVerified}, which compares before it believes. Immutable, and
 * safe for use by several threads. Two are equal when their bytes are, read as the same media type.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image-spec v1.1.1, Image
 *     Manifest</a>
 */
public abstract sealed class Manifest permits ImageManifest, ImageIndex, Schema1Manifest {
    private final byte[] bytes;
    private final Head head;

    /** What every kind has, or has not. */
    record Head(
            String mediaType,
            @Nullable String artifactType,
            @Nullable Descriptor subject,
            Map<String, String> annotations,
            Map<String, String> unknownMembers) {
        Head {
            annotations = Descriptor.ordered(annotations);
            unknownMembers = Descriptor.ordered(unknownMembers);
        }
    }

    Manifest(byte[] bytes, Head head) {
        this.bytes = bytes.clone();
        this.head = head;
    }

    /**
     * Reads a manifest or index whose kind is known from outside.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @param mediaType the type that a descriptor or a Content-Type header gives, without parameters; the document must
     *     agree with it
     * @throws MalformedDocumentException if the document is not one of that type, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, String mediaType, DocumentLimits limits)
            throws MalformedDocumentException {
        return ManifestReader.read(bytes, mediaType, limits);
    }

    /**
     * Reads a manifest or index whose kind only the document itself says.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @throws MalformedDocumentException if the document is neither, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, DocumentLimits limits) throws MalformedDocumentException {
        return ManifestReader.read(bytes, "", limits);
    }

    /**
     * Reads the manifest or index that a digest promises, and nothing else.
     *
     * <p>The digest is compared before anything is parsed. Only a signed {@link Schema1Manifest} is looked into first,
     * because a registry knows it by the digest of the part that is signed: its bytes may then be others, and its
     * meaning may not.
     *
     * @param bytes what somebody gave, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @param mediaType the type that it was announced as, without parameters; an empty text if nothing says it
     * @param promised the digest that it must have
     * @throws VerificationException if it has another digest, or the digest's algorithm is not supported
     * @throws MalformedDocumentException if it is larger than the limit, whatever it is, or is what was promised, and
     *     is not a manifest of that type
     */
    public static Manifest parseVerified(byte[] bytes, String mediaType, Digest promised, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        return PromisedManifest.parse(bytes, mediaType, promised, OptionalLong.empty(), limits);
    }

    /**
     * Reads the manifest or index that a digest and a size promise, and nothing else.
     *
     * @param bytes what somebody gave, copied
     * @param mediaType the type that it was announced as, without parameters; an empty text if nothing says it
     * @param promised the digest that it must have
     * @param size the size that it must have, in bytes, zero or more
     * @throws VerificationException if it has another digest or size, or the digest's algorithm is not supported
     * @throws MalformedDocumentException if {@code size} is larger than the limit, or it is what was promised, and is
     *     not a manifest of that type
     * @throws IllegalArgumentException if {@code size} is negative
     * @see #parseVerified(byte[], String, Digest, DocumentLimits)
     */
    public static Manifest parseVerified(
            byte[] bytes, String mediaType, Digest promised, long size, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        return PromisedManifest.parse(bytes, mediaType, promised, OptionalLong.of(size), limits);
    }

    /**
     * Reads the manifest or index that somebody vouches for, by every digest and the size that they say.
     *
     * @param bytes what somebody gave, copied
     * @param mediaType the type that it was announced as, without parameters; an empty text if nothing says it
     * @param vouched what it must be
     * @throws VerificationException if it has not every digest or another size, or a digest's algorithm is not
     *     supported
     * @throws MalformedDocumentException if its size is larger than the limit, or it is what was vouched for, and is
     *     not a manifest of that type
     * @see #parseVerified(byte[], String, Digest, DocumentLimits)
     */
    public static Manifest parseVerified(byte[] bytes, String mediaType, ResolvedDigest vouched, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        Manifest manifest = PromisedManifest.parse(bytes, mediaType, vouched.digest(), vouched.size(), limits);
        for (Digest other : vouched.digests()) {
            if (!other.equals(vouched.digest())) {
                PromisedManifest.parse(bytes, mediaType, other, vouched.size(), limits);
            }
        }
        return manifest;
    }

    /** {@return what the function that applies makes of this} */
    public abstract <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest,
            Function<? super ImageIndex, ? extends R> index,
            Function<? super Schema1Manifest, ? extends R> schema1);

    /** {@return the media type as which the bytes are read} */
    public final String mediaType() {
        return head.mediaType();
    }

    /** {@return a copy of the exact bytes} */
    public final byte[] bytes() {
        return bytes.clone();
    }

    /** {@return the size of the document in bytes} */
    public final int size() {
        return bytes.length;
    }

    /**
     * {@return the digest by which a registry knows this}
     *
     * <p>It is that of the exact bytes, except where a {@link Schema1Manifest} is signed: there it is that of
     * {@linkplain Schema1Manifest#payload what is signed}.
     *
     * @throws IllegalArgumentException if {@code algorithm} is not supported
     */
    public final Digest digest(DigestAlgorithm algorithm) {
        return Digest.of(algorithm, identity(bytes));
    }

    /**
     * {@return the SHA-256 digest by which a registry knows this}
     *
     * <p>It is computed at each call, also by {@link #toString}.
     *
     * @see #digest(DigestAlgorithm)
     */
    public final Digest digest() {
        return digest(DigestAlgorithm.SHA256);
    }

    /**
     * {@return media type, SHA-256 digest and size, for who refers to this}
     *
     * <p>Of a signed {@link Schema1Manifest} the size is that of the exact bytes, and the digest is not.
     *
     * @see #digest()
     */
    public final Descriptor descriptor() {
        return Descriptor.of(mediaType(), digest(), bytes.length);
    }

    /** {@return the bytes over which the digest is, which are not changed} */
    byte[] identity(byte[] exact) {
        return exact;
    }

    /** {@return the type of artifact, if this says that it is one} */
    public final Optional<String> artifactType() {
        return Optional.ofNullable(head.artifactType());
    }

    /** {@return the manifest that this one refers to, if there is one} */
    public final Optional<Descriptor> subject() {
        return Optional.ofNullable(head.subject());
    }

    /** {@return the annotations in document order; empty if there are none} */
    public final Map<String, String> annotations() {
        return head.annotations();
    }

    /**
     * {@return the members that the specification does not have, in document order, each with its compact JSON text}
     */
    public final Map<String, String> unknownMembers() {
        return head.unknownMembers();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Manifest that
                && mediaType().equals(that.mediaType())
                && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** {@return type, digest and size} */
    @Override
    public final String toString() {
        return mediaType() + " " + digest() + " (" + bytes.length + " bytes)";
    }
}
