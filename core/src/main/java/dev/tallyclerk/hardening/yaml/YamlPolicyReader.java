package dev.tallyclerk.hardening.yaml;

import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.hardening.policy.PolicyReader;
import java.util.Objects;

/**
 * Reads a {@link Policy} from YAML 1.2: the same document that {@link PolicyReader} reads from JSON.
 *
 * <p>It supports the subset of YAML that {@link YamlDocument} describes.
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
     * {@return the policy in a file: in YAML if the name ends in {@code .yaml} or {@code .yml}, and else in JSON}
     *
     * @param fileName the name of the file, or its path; only the end matters
     * @param document the content of the file
     * @throws PolicyException if it is not a policy, or exceeds the limit
     */
    public Policy readNamed(String fileName, byte[] document) throws PolicyException {
        return YamlDocument.isNamed(fileName) ? read(document) : reader.read(document);
    }

    /**
     * {@return the policy}
     *
     * @param yaml the document in UTF-8
     * @throws PolicyException if it is not a policy, or exceeds the limit
     */
    public Policy read(byte[] yaml) throws PolicyException {
        // JSON escapes some characters, so the converted document may be longer.
        int most = (int) Math.min(Integer.MAX_VALUE, (long) LONGEST_ESCAPE * reader.maxBytes());
        return YamlDocument.parse(yaml, reader.maxBytes())
                .read(json -> reader.withMaxBytes(most).read(json));
    }
}
