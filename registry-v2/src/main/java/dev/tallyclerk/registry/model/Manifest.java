package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.ManifestReader.Head;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A manifest or an index, with its exact bytes.
 *
 * <p>Callers with a digest use {@link #parseVerified}, which compares before it parses. Immutable, and safe for use by
 * several threads. Two manifests are equal if their bytes and media types are.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md">OCI image-spec v1.1.1, Image
 *     Manifest</a>
 */
public abstract sealed class Manifest permits ImageManifest, ImageIndex, Schema1Manifest {
    private final byte[] bytes;
    private final Head head;

    Manifest(byte[] bytes, Head head) {
        this.bytes = bytes.clone();
        this.head = head;
    }

    /**
     * Reads a manifest or index that nobody vouches for.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @param mediaType the type from a descriptor or a Content-Type header, without parameters, with which the document
     *     must agree; empty if only the document itself says it
     * @throws MalformedDocumentException if the document is not one of that type, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, String mediaType, DocumentLimits limits)
            throws MalformedDocumentException {
        try {
            ManifestReader document = ManifestReader.open(bytes, mediaType, limits);
            return switch (document.kind()) {
                case SCHEMA1 -> Schema1Manifest.read(bytes, document.json(), document.mediaType(), limits);
                case MANIFEST -> imageManifest(bytes, document);
                case INDEX -> new ImageIndex(bytes, document.head(), document.manifests());
            };
        } catch (JsonException e) {
            throw MalformedDocumentException.of(ManifestReader.DOCUMENT, e);
        }
    }

    private static ImageManifest imageManifest(byte[] bytes, ManifestReader document) throws JsonException {
        Head head = document.head();
        Descriptor config = document.config();
        List<Descriptor> layers = document.layers();
        document.requireArtifactType(head, config);
        return new ImageManifest(bytes, head, config, layers);
    }

    /**
     * Reads a manifest or index that nobody vouches for, and whose type only the document itself says.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @throws MalformedDocumentException if the document is no manifest or index, or is ambiguous
     */
    public static Manifest parse(byte[] bytes, DocumentLimits limits) throws MalformedDocumentException {
        return parse(bytes, "", limits);
    }

    /**
     * Reads a manifest or index after comparing it with every promised digest and the promised size.
     *
     * <p>Nothing is parsed before the digests match, with one exception: a registry identifies a signed
     * {@link Schema1Manifest} by the digest of its signed part, so that one is parsed first to find the part. Its bytes
     * outside of the part may differ, its meaning may not.
     *
     * @param bytes the document, copied; {@link DocumentLimits#maxManifestBytes} applies
     * @param mediaType the announced type, without parameters; empty if none is announced
     * @throws VerificationException if a digest or the size does not match, or a digest's algorithm is not supported
     * @throws MalformedDocumentException if the document is larger than the limit, whatever it is, or is the promised
     *     one and no manifest of that type
     */
    public static Manifest parseVerified(byte[] bytes, String mediaType, ResolvedDigest promised, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        requireAllowedSize(promised, limits);
        if (promised.size().isEmpty() && bytes.length > limits.maxManifestBytes()) {
            throw MalformedDocumentException.tooManyBytes(
                    ManifestReader.DOCUMENT, promised.digest(), limits.maxManifestBytes());
        }
        Manifest signed = null;
        for (Digest digest : promised.digests()) {
            try {
                verify(bytes, digest, promised.size().orElse(bytes.length));
            } catch (VerificationException mismatch) {
                signed = signed == null ? signed(bytes, mediaType, limits, mismatch) : signed;
                verifySigned(signed, digest, promised.size(), mismatch);
            }
        }
        return signed == null ? parse(bytes, mediaType, limits) : signed;
    }

    private static void verify(byte[] bytes, Digest digest, long size) throws VerificationException {
        ContentVerifier verifier = ContentVerifier.of(digest, size);
        verifier.update(bytes, 0, bytes.length);
        verifier.finish();
    }

    /** {@return the document, if it may be a signed one, whose bytes may differ from the promised ones} */
    private static Manifest signed(
            byte[] bytes, String mediaType, DocumentLimits limits, VerificationException mismatch)
            throws VerificationException {
        boolean maybeSigned = mismatch.reason() != VerificationException.Reason.UNSUPPORTED_ALGORITHM
                && bytes.length <= limits.maxManifestBytes()
                && (mediaType.isEmpty() || MediaType.isSchema1(mediaType));
        if (!maybeSigned) {
            throw mismatch;
        }
        try {
            return parse(bytes, mediaType, limits);
        } catch (MalformedDocumentException e) {
            mismatch.addSuppressed(e);
            throw mismatch;
        }
    }

    /**
     * Compares the payload with a digest. A registry may sign again at each request, so only the payload stays the
     * same. The promised size may be that of either.
     */
    private static void verifySigned(
            Manifest manifest, Digest digest, OptionalLong size, VerificationException mismatch)
            throws VerificationException {
        if (!(manifest instanceof Schema1Manifest schema1) || !schema1.isSigned()) {
            throw mismatch;
        }
        byte[] payload = schema1.payload();
        if (size.isPresent() && size.getAsLong() != manifest.size() && size.getAsLong() != payload.length) {
            throw mismatch;
        }
        verify(payload, digest, payload.length);
    }

    /**
     * Checks the promised size of a manifest, before anything is fetched.
     *
     * @throws MalformedDocumentException if it is above {@link DocumentLimits#maxManifestBytes}
     */
    public static void requireAllowedSize(ResolvedDigest promised, DocumentLimits limits)
            throws MalformedDocumentException {
        MalformedDocumentException.requireWithin(
                ManifestReader.DOCUMENT, promised.digest(), promised.size().orElse(0), limits.maxManifestBytes());
    }

    /** {@return the result of the function for this kind of manifest} */
    public final <R> R fold(
            Function<? super ImageManifest, ? extends R> manifest,
            Function<? super ImageIndex, ? extends R> index,
            Function<? super Schema1Manifest, ? extends R> schema1) {
        if (this instanceof ImageManifest own) {
            return manifest.apply(own);
        }
        return this instanceof ImageIndex own ? index.apply(own) : schema1.apply((Schema1Manifest) this);
    }

    /** {@return the media type that the bytes were read as} */
    public final String mediaType() {
        return head.mediaType();
    }

    /** {@return where the document breaks the specification but every engine reads the same} */
    public final List<Deviation> deviations() {
        return head.deviations();
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
     * {@return the digest that identifies this in a registry}
     *
     * <p>It is the digest of the exact bytes or, for a signed {@link Schema1Manifest}, of its
     * {@linkplain Schema1Manifest#payload payload}.
     *
     * @throws IllegalArgumentException if {@code algorithm} is not supported
     */
    public final Digest digest(DigestAlgorithm algorithm) {
        return Digest.of(algorithm, identity(bytes));
    }

    /**
     * {@return the SHA-256 digest that identifies this in a registry}
     *
     * <p>Computed at each call, also by {@link #toString}.
     *
     * @see #digest(DigestAlgorithm)
     */
    public final Digest digest() {
        return digest(DigestAlgorithm.SHA256);
    }

    /**
     * {@return a descriptor that refers to this manifest, with its SHA-256 digest}
     *
     * <p>For a signed {@link Schema1Manifest} the size is that of the exact bytes, and the digest is that of the
     * payload.
     *
     * @see #digest()
     */
    public final Descriptor descriptor() {
        return Descriptor.of(mediaType(), digest(), bytes.length);
    }

    /** {@return the bytes to hash for the digest; not to be changed} */
    byte[] identity(byte[] exact) {
        return exact;
    }

    /** {@return the artifact type, if there is one} */
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

    /** {@return the members that are not in the specification, in document order, each with its compact JSON text} */
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
