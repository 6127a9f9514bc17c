package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.trust.tuf.internal.text.ShortKeyId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Why a file has too few signatures: what each key of the role contributed (TUF 1.0.34, 5.3.4, 5.4.2, 5.5.3 and 5.6.3).
 *
 * @param have how many different keys have signed
 * @param need how many must sign
 * @param keys one entry for each key id of the role, in the order of the role
 */
public record ThresholdReport(long have, long need, List<KeyOutcome> keys) {
    public ThresholdReport {
        keys = List.copyOf(keys);
    }

    /** What one key id of the role contributed. */
    public enum Outcome {
        /** A valid signature, counted. */
        SIGNED("signed"),
        /** The same key was already counted under another id. */
        SAME_KEY_AGAIN("is the same key as another that signed"),
        /** The file has no signature under this key id. */
        NO_SIGNATURE("did not sign"),
        /** The signature is not a signature of this content by this key. */
        WRONG_SIGNATURE("has a wrong signature"),
        /** The key is malformed or has an unknown scheme. */
        UNUSABLE_KEY("cannot be used"),
        /** The engine has no verifier for the key: it does not support the scheme, or rejects the key. */
        SCHEME_NOT_IN_ENGINE("gets no verifier from the signature engine"),
        /** The role names a key id that no key is declared for. */
        NOT_DECLARED("is not declared");

        private final String phrase;

        Outcome(String phrase) {
            this.phrase = phrase;
        }
    }

    /**
     * A key id and what it contributed.
     *
     * @param keyId the key id as the role names it; untrusted text
     * @param outcome what it contributed
     * @param detail why, if the outcome has more than one possible cause, for example the name of the
     *     {@linkplain dev.tallyclerk.trust.key.MalformedKeyException.Reason reason} why the key is unusable; else empty
     */
    public record KeyOutcome(String keyId, Outcome outcome, String detail) {
        public KeyOutcome {
            Objects.requireNonNull(keyId, "keyId");
            Objects.requireNonNull(outcome, "outcome");
            Objects.requireNonNull(detail, "detail");
        }
    }

    private static String sentence(KeyOutcome key) {
        String why = key.detail().isEmpty() ? "" : " (" + key.detail() + ")";
        return "key " + ShortKeyId.of(key.keyId()) + " " + key.outcome().phrase + why;
    }

    /** {@return a sentence about at most eight keys} */
    @Override
    public String toString() {
        String why = keys.stream().limit(8).map(ThresholdReport::sentence).collect(Collectors.joining("; "));
        return have + " of " + need + " needed signatures" + (why.isEmpty() ? "" : ": " + why)
                + (keys.size() > 8 ? "; and " + (keys.size() - 8) + " more" : "");
    }
}
