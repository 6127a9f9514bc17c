package dev.tallyclerk.registry.model;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.verify.ContentVerifier;
import dev.tallyclerk.verify.VerificationException;
import java.util.OptionalLong;

/** Compares a manifest with what was promised, and reads it only then. */
final class PromisedManifest {
    private PromisedManifest() {}

    static Manifest parse(byte[] bytes, String mediaType, Digest promised, OptionalLong size, DocumentLimits limits)
            throws VerificationException, MalformedDocumentException {
        refuseTooLarge(bytes.length, promised, size, limits.maxManifestBytes());
        try {
            verify(bytes, promised, size, limits.maxManifestBytes());
        } catch (VerificationException e) {
            boolean maybeSigned = e.reason() != VerificationException.Reason.UNSUPPORTED_ALGORITHM
                    && bytes.length <= limits.maxManifestBytes()
                    && (mediaType.isEmpty() || MediaType.isSchema1(mediaType));
            if (!maybeSigned) {
                throw e;
            }
            return parseSigned(bytes, mediaType, promised, size, limits, e);
        }
        return ManifestReader.read(bytes, mediaType, limits);
    }

    /** What is too large to be read may well be what was promised, so it is not called something else. */
    private static void refuseTooLarge(int length, Digest promised, OptionalLong size, int allowed)
            throws MalformedDocumentException {
        if (size.orElse(length) > allowed) {
            throw size.isPresent()
                    ? MalformedDocumentException.tooLarge("manifest", promised, size.getAsLong(), allowed)
                    : MalformedDocumentException.tooManyBytes("manifest", promised, allowed);
        }
    }

    /**
     * A registry may sign again at each request, so that the bytes are others each time; what is signed stays. A list
     * may say the size of either.
     */
    private static Manifest parseSigned(
            byte[] bytes,
            String mediaType,
            Digest promised,
            OptionalLong size,
            DocumentLimits limits,
            VerificationException mismatch)
            throws VerificationException {
        Manifest manifest;
        try {
            manifest = ManifestReader.read(bytes, mediaType, limits);
        } catch (MalformedDocumentException e) {
            mismatch.addSuppressed(e);
            throw mismatch;
        }
        if (!(manifest instanceof Schema1Manifest schema1) || !schema1.isSigned()) {
            throw mismatch;
        }
        byte[] payload = schema1.payload();
        if (size.isPresent() && size.getAsLong() != bytes.length && size.getAsLong() != payload.length) {
            throw mismatch;
        }
        verify(payload, promised, OptionalLong.of(payload.length), payload.length);
        return manifest;
    }

    private static void verify(byte[] bytes, Digest promised, OptionalLong size, int maxBytes)
            throws VerificationException {
        ContentVerifier verifier = size.isPresent()
                ? ContentVerifier.of(promised, size.getAsLong())
                : ContentVerifier.ofAtMost(promised, maxBytes);
        verifier.update(bytes, 0, bytes.length);
        verifier.finish();
    }
}
