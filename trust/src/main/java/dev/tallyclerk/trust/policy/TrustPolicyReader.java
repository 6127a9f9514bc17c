package dev.tallyclerk.trust.policy;

import dev.tallyclerk.hardening.policy.PolicyException;
import dev.tallyclerk.internal.json.JsonCursor;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.json.JsonLimits;
import dev.tallyclerk.internal.json.JsonPlace;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link TrustPolicy} from JSON. The schema is {@value #SCHEMA}.
 *
 * <pre>{@code
 * {
 *   "schemaVersion": 1,
 *   "name": "production",
 *   "rules": [
 *     {"scope": "registry.example.org/team/*", "require": {"key": {"keys": [{"path": "cosign.pub"}]}}},
 *     {"scope": "docker.io/library/debian:12", "require": {"pinned": {"digests": ["sha256:..."]}}}
 *   ]
 * }
 * }</pre>
 *
 * <p>A requirement is an object with one member, which names its kind: {@code reject}, {@code insecureAcceptAnything},
 * {@code pinned}, {@code tuf}, {@code notary}, {@code key}, {@code sigstore}, {@code notation}, {@code attestation},
 * {@code allOf}, {@code anyOf} or {@code atLeast}. Requirements are at most 8 levels deep.
 *
 * <p>Also reads containers' {@code policy.json}, and Notation's {@code trustpolicy.json} beside its folder
 * {@code truststore}; {@code signedBy} (OpenPGP) and {@code pki} are unsupported, and images that they cover
 * incomplete.
 *
 * <p>Reading is strict: unknown members are errors, and errors contain line and column. For YAML, read the document
 * with {@link dev.tallyclerk.hardening.yaml.YamlDocument}. Immutable.
 */
public final class TrustPolicyReader {
    /** The JSON Schema, for {@link Class#getResourceAsStream} of this class. */
    public static final String SCHEMA = "/META-INF/tallyclerk/trust-policy-1.schema.json";

    private static final int MAX_BYTES = 1 << 20;

    private final @Nullable Path folder;
    private final @Nullable TufAccess tuf;
    private final @Nullable NotaryAccess notary;
    private final Consumer<Path> fileListener;

    private TrustPolicyReader(
            @Nullable Path folder,
            @Nullable TufAccess tuf,
            @Nullable NotaryAccess notary,
            Consumer<Path> fileListener) {
        this.folder = folder;
        this.tuf = tuf;
        this.notary = notary;
        this.fileListener = fileListener;
    }

    /** {@return a reader of documents of at most 1 MiB that name no files, TUF repositories or Notary collections} */
    public static TrustPolicyReader create() {
        return new TrustPolicyReader(null, null, null, file -> {});
    }

    /**
     * {@return this reader, which reads the files that a policy names}
     *
     * @param folder the folder that their paths are relative to
     */
    public TrustPolicyReader withFolder(Path folder) {
        return new TrustPolicyReader(Objects.requireNonNull(folder, "folder"), tuf, notary, fileListener);
    }

    /** {@return this reader, which asks the TUF repositories that a policy names} */
    public TrustPolicyReader withTuf(TufAccess tuf) {
        return new TrustPolicyReader(folder, Objects.requireNonNull(tuf, "tuf"), notary, fileListener);
    }

    /**
     * {@return this reader, which asks the Notary v1 collections of the servers and saved copies that a policy names}
     */
    public TrustPolicyReader withNotary(NotaryAccess notary) {
        return new TrustPolicyReader(folder, tuf, Objects.requireNonNull(notary, "notary"), fileListener);
    }

    /**
     * {@return this reader with a listener to the files that policies name}
     *
     * @param fileListener told each file or folder before it is read: keys, certificates, root metadata, trust stores,
     *     and repositories and collections in files
     */
    public TrustPolicyReader withFileListener(Consumer<Path> fileListener) {
        return new TrustPolicyReader(folder, tuf, notary, Objects.requireNonNull(fileListener, "fileListener"));
    }

    /**
     * {@return the policy}
     *
     * @param document the document in UTF-8
     * @throws PolicyException if it is no policy, or names a file that cannot be read or is not what the policy says
     */
    public TrustPolicy read(byte[] document) throws PolicyException {
        if (document.length > MAX_BYTES) {
            throw PolicyException.of(
                    PolicyException.Reason.LIMIT_EXCEEDED,
                    "document of " + document.length + " bytes, allowed are " + MAX_BYTES);
        }
        JsonCursor root;
        try {
            root = JsonCursor.parse(document, JsonLimits.ofBytes(MAX_BYTES));
        } catch (JsonException e) {
            PolicyException refusal = refusal(e);
            throw e.place().map(place -> refusal.withPosition(position(place))).orElse(refusal);
        }
        try {
            return TrustDocument.read(root, new PolicyMaterial(folder, tuf, notary, fileListener));
        } catch (JsonException e) {
            throw refusal(e).withPosition(position(JsonPlace.of(document, e.pointer())));
        } catch (PolicyException e) {
            throw e.withPosition(position(JsonPlace.of(document, e.pointer())));
        }
    }

    private static PolicyException.Position position(JsonPlace place) {
        return new PolicyException.Position(place.line(), place.column());
    }

    private static PolicyException refusal(JsonException e) {
        PolicyException.Reason reason = switch (e.reason()) {
            case SYNTAX -> PolicyException.Reason.SYNTAX;
            case DUPLICATE_MEMBER -> PolicyException.Reason.DUPLICATE_MEMBER;
            case CASE_VARIANT_MEMBER -> PolicyException.Reason.UNKNOWN_MEMBER;
            case LIMIT -> PolicyException.Reason.LIMIT_EXCEEDED;
            case MISSING -> PolicyException.Reason.MISSING_MEMBER;
            case WRONG_TYPE -> PolicyException.Reason.WRONG_TYPE;
            case BAD_VALUE -> PolicyException.Reason.BAD_VALUE;
        };
        return PolicyException.inDocument(reason, e.pointer(), e.problem());
    }
}
