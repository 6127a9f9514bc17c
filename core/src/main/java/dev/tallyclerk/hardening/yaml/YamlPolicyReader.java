package dev.tallyclerk.hardening.yaml;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads a {@link Policy} from YAML 1.2: the document that {@link PolicyReader} reads from JSON, in another spelling.
 *
 * <p>Of YAML it takes what JSON has. Plain scalars are read by the specification's JSON schema: {@code true},
 * {@code false}, {@code null} and numbers are such, and everything else is text, a date and the word {@code no} too.
 * Anchors, aliases, tags, keys that are not text, repeated keys and a second document are refused, so that a document
 * cannot grow while it is read, and nothing in it is read differently elsewhere.
 *
 * <p>The bytes are at most as many as the {@link PolicyReader} allows, in UTF-8, and at most 64 levels deep. Errors say
 * the line and the column. Immutable.
 */
public final class YamlPolicyReader {
    private static final int LONGEST_ESCAPE = 6;

    private final PolicyReader reader;

    private YamlPolicyReader(PolicyReader reader) {
        this.reader = reader;
    }

    /**
     * {@return a reader that understands the same policies}
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
     * @throws PolicyException if it is not a policy, or longer than the limit
     */
    public Policy read(byte[] yaml) throws PolicyException {
        YamlToJson.Converted converted = YamlToJson.convert(yaml, reader.maxBytes());
        // JSON escapes some of the characters, so the same document may be longer there.
        int most = (int) Math.min(Integer.MAX_VALUE, (long) LONGEST_ESCAPE * reader.maxBytes());
        try {
            byte[] json = converted.json().getBytes(StandardCharsets.US_ASCII);
            return reader.withMaxBytes(most).read(json);
        } catch (PolicyException e) {
            throw e.withPosition(converted.positionOf(e.pointer()));
        }
    }
}
