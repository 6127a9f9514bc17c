package dev.tallyclerk.trust.cosign;

import dev.tallyclerk.trust.attestation.AttestationLimits;
import java.util.Objects;

/**
 * Limits on cosign's artifacts. Each number is 1 or more; less is an {@link IllegalArgumentException}.
 *
 * <p>The number of artifacts and the bytes that are read are limited by the source of the artifacts.
 *
 * @param maxLayers the number of signatures in one artifact; those beyond are refused unread
 * @param maxPayloadBytes the size of a simple signing document, in bytes
 * @param attestations the limits on attestations
 */
public record CosignLimits(int maxLayers, int maxPayloadBytes, AttestationLimits attestations) {
    private static final CosignLimits DEFAULTS = new CosignLimits(1_000, 64 << 10, AttestationLimits.defaults());

    public CosignLimits {
        Objects.requireNonNull(attestations, "attestations");
        if (maxLayers < 1 || maxPayloadBytes < 1) {
            throw new IllegalArgumentException(
                    "a limit is below 1: maxLayers " + maxLayers + ", maxPayloadBytes " + maxPayloadBytes);
        }
    }

    /** {@return limits of 1,000 signatures, 64 KiB for a simple signing document, and the defaults for attestations} */
    public static CosignLimits defaults() {
        return DEFAULTS;
    }

    /** {@return these limits with another number of signatures in one artifact} */
    public CosignLimits withMaxLayers(int maxLayers) {
        return new CosignLimits(maxLayers, maxPayloadBytes, attestations);
    }

    /** {@return these limits with another size of a simple signing document, in bytes} */
    public CosignLimits withMaxPayloadBytes(int maxPayloadBytes) {
        return new CosignLimits(maxLayers, maxPayloadBytes, attestations);
    }

    /** {@return these limits with others on attestations} */
    public CosignLimits withAttestations(AttestationLimits attestations) {
        return new CosignLimits(maxLayers, maxPayloadBytes, attestations);
    }
}
