package dev.tallyclerk.registry.image;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.Manifest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import dev.tallyclerk.verify.VerifyingInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** What a source gives, compared with what was promised. */
final class VerifiedContent {
    private VerifiedContent() {}

    /**
     * {@return the manifest or index that is vouched for, or nothing if the source does not have it}
     *
     * @param mediaType the type that the digest came with, or an empty string
     */
    static Optional<Manifest> manifest(
            ImageSource source, ResolvedDigest vouched, String mediaType, DocumentLimits limits) throws IOException {
        requireWithin(vouched.digest(), vouched.size(), limits.maxManifestBytes());
        Optional<FetchedManifest> found = source.unverifiedManifest(vouched.digest(), limits.maxManifestBytes());
        if (found.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = found.get().bytes();
        // image-spec, media-types.md: where they differ, the type that the digest came with counts.
        String announced = mediaType.isEmpty() ? found.get().mediaType() : mediaType;
        return Optional.of(Manifest.parseVerified(bytes, announced, vouched, limits));
    }

    private static void requireWithin(Digest digest, OptionalLong size, int maxBytes)
            throws MalformedDocumentException {
        if (size.isPresent() && size.getAsLong() > maxBytes) {
            throw MalformedDocumentException.tooLarge("manifest", digest, size.getAsLong(), maxBytes);
        }
    }

    /** {@return the document of that digest, which may be of any kind, or nothing if the source does not have it} */
    static Optional<FetchedManifest> document(ImageSource source, Digest digest, OptionalLong size, int maxBytes)
            throws IOException {
        requireWithin(digest, size, maxBytes);
        Optional<FetchedManifest> found = source.unverifiedManifest(digest, maxBytes);
        if (found.isPresent()) {
            byte[] bytes = found.get().bytes();
            ContentVerifier verifier = size.isPresent()
                    ? ContentVerifier.of(digest, size.getAsLong())
                    : ContentVerifier.ofAtMost(digest, maxBytes);
            verifier.update(bytes, 0, bytes.length);
            verifier.finish();
        }
        return found;
    }

    /** {@return the content, or nothing if the source does not have it} */
    static Optional<VerifyingInputStream> blob(ImageSource source, Descriptor descriptor) throws IOException {
        Optional<InputStream> content = source.unverifiedContent(descriptor);
        return content.isEmpty() ? Optional.empty() : Optional.of(over(content.get(), descriptor, source));
    }

    /** {@return the bytes after the first {@code offset} ones} */
    static Optional<InputStream> from(Optional<InputStream> content, long offset) throws IOException {
        if (content.isPresent()) {
            try {
                content.get().skipNBytes(offset);
            } catch (EOFException e) {
                // What is missing is noticed where the size is known.
            } catch (IOException e) {
                content.get().close();
                throw e;
            }
        }
        return content;
    }

    /** {@return the bytes, verified while they are read; the source is told if they were wrong} */
    static VerifyingInputStream over(InputStream content, Descriptor descriptor, ImageSource source)
            throws IOException {
        ContentVerifier verifier;
        try {
            verifier = ContentVerifier.of(descriptor.digest(), descriptor.size());
        } catch (VerificationException e) {
            content.close();
            throw e;
        }
        InputStream judged = new FilterInputStream(content) {
            @Override
            public void close() throws IOException {
                if (verifier.state() == ContentVerifier.State.FAILED) {
                    source.foundWrong(descriptor.digest());
                }
                super.close();
            }
        };
        return VerifyingInputStream.of(judged, verifier, ContentVerifier.DEFAULT_HOLD_BACK);
    }
}
