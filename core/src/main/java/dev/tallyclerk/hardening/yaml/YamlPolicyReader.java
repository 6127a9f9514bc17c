package dev.tallyclerk.hardening.yaml;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads a {@link Policy} from YAML 1.2: the same document that {@link PolicyReader} reads from JSON.
 *
 * <p>It supports the subset of YAML that JSON can express. Plain scalars follow the specification's JSON schema:
 * {@code true}, {@code false}, {@code null} and numbers have their types, and everything else is text, including dates
 * and the word {@code no}. Anchors, aliases, tags, non-text keys, duplicate keys and a second document are refused, so
 * that a document cannot grow while it is read and is not ambiguous.
 *
 * <p>The document is in UTF-8, as long as the {@link PolicyReader} allows, and at most 64 levels deep. Errors contain
 * line and column. Immutable.
 */
public final class YamlPolicyReader {
    private static final int LONGEST_ESCAPE = 6;

    private final PolicyReader reader;

    private YamlPolicyReader(PolicyReader reader) {
        this.reader = reader;
    }

    /**
     * {@return a reader of the same policies}
     *
     * @param reader knows the rules and the limit
     */
    public static YamlPolicyReader of(PolicyReader reader) {
        return new YamlPolicyReader(Objects.requireNonNull(reader, "reader"));
    }

    /**
     * {@return the policy}
     *
     * @param yaml the document in UTF-8
     * @throws PolicyException if it is not a policy, or exceeds the limit
     */
    public Policy read(byte[] yaml) throws PolicyException {
        YamlToJson.Converted converted = YamlToJson.convert(yaml, reader.maxBytes());
        // JSON escapes some characters, so the converted document may be longer.
        int most = (int) Math.min(Integer.MAX_VALUE, (long) LONGEST_ESCAPE * reader.maxBytes());
        try {
            byte[] json = converted.json().getBytes(StandardCharsets.US_ASCII);
            return reader.withMaxBytes(most).read(json);
        } catch (PolicyException e) {
            throw e.withPosition(converted.positionOf(e.pointer()));
        }
    }
}
