package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when metadata cannot be trusted, or a refresh, search or download fails.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The facts have accessors, empty unless the
 * reason has such a fact. The message says what to do, and may change. Serialization keeps only the reason, role, step
 * and message.
 */
public final class TufException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why metadata was refused. */
    public enum Reason {
        /** The file is not JSON, or breaks the format of the role's files; see {@link TufException#pointer}. */
        MALFORMED,
        /**
         * The file is metadata of another type; see {@link TufException#pointer}. A missing type, or one that is not a
         * string, is {@link #MALFORMED}.
         */
        WRONG_TYPE,
        /** The file is for another major version of the specification, or for Notary v1, Uptane or TUF before 1.0. */
        UNSUPPORTED_SPEC_VERSION,
        /** The id of a declared key is not its hash, as {@link KeyIds#RECOMPUTED} requires. */
        WRONG_KEY_ID,
        /** The file has two signatures with the same key id. */
        DUPLICATE_SIGNATURE,
        /** Too few different keys of the role have signed; see {@link TufException#threshold}. */
        THRESHOLD_NOT_MET,
        /** The version is not the expected one; see {@link TufException#expectedVersion}. */
        WRONG_VERSION,
        /**
         * The version is lower than one that was trusted before, or a targets file is no longer listed. For roots: the
         * store has a later root than the repository shows.
         */
        ROLLBACK,
        /** The file has expired; see {@link TufException#expires}. */
        EXPIRED,
        /** The file does not have the length that trusted metadata lists; see {@link TufException#expectedLength}. */
        LENGTH_MISMATCH,
        /** The file does not have the hash that trusted metadata lists; see {@link TufException#expectedDigest}. */
        HASH_MISMATCH,
        /** Hashes are needed, and none of the listed ones has an algorithm that can be computed here. */
        NO_KNOWN_HASH,
        /** The file is longer than allowed; see {@link TufException#limit}. */
        LIMIT_EXCEEDED,
        /** The snapshot does not list the file. */
        NOT_IN_SNAPSHOT,
        /** The repository does not have the file. */
        NOT_AVAILABLE,
        /** The trusted root should be in the store, but is missing or damaged, and so is its copy. */
        NO_TRUSTED_ROOT,
        /** The search for a target needs more delegated roles than allowed; see {@link TufException#limit}. */
        TOO_MANY_DELEGATIONS,
        /** No role lists the target; see {@link TufException#targetPath}. */
        TARGET_NOT_LISTED,
        /** Too many of several repositories failed; the suppressed exceptions say why. */
        REPOSITORIES_FAILED,
        /** The target's path is not a safe file path, or escapes the folder; see {@link TufException#targetPath}. */
        UNSAFE_PATH,
        /** The repository could not be reached, or answered with a failure; the cause says why. */
        FETCH_FAILED,
        /** The store could not be read or written; the cause says why. */
        STORE_FAILED,
        /** The call was cancelled, or its thread was interrupted; the interrupt status is still set. */
        INTERRUPTED
    }

    /** The facts that a failure may have. */
    private enum Fact {
        POINTER,
        EXPECTED_VERSION,
        ACTUAL_VERSION,
        THRESHOLD,
        EXPIRES,
        LIMIT,
        EXPECTED_LENGTH,
        ACTUAL_LENGTH,
        EXPECTED_DIGEST,
        ACTUAL_DIGEST,
        TARGET_PATH
    }

    private final Reason reason;
    private final String role;
    private final String specStep;
    private final transient @Nullable Map<Fact, Object> facts;

    private TufException(Builder builder, String problem) {
        super(builder.message(problem), builder.cause);
        this.reason = builder.reason;
        this.role = builder.role;
        this.specStep = builder.specStep;
        this.facts = Map.copyOf(builder.facts);
    }

    /**
     * {@return a builder of an exception, for implementations and tests of code that uses a client}
     *
     * @param reason why metadata is refused
     * @param role the name of the role whose metadata is refused
     * @param specStep the step of TUF 1.0.34 that refuses it, for example {@code 5.3.4}
     */
    public static Builder builder(Reason reason, String role, String specStep) {
        return new Builder(reason, role, specStep);
    }

    /** Collects the facts of an exception. Not for use by two threads. */
    public static final class Builder {
        private final Reason reason;
        private final String role;
        private final String specStep;
        private final Map<Fact, Object> facts = new EnumMap<>(Fact.class);
        private @Nullable Throwable cause;

        private Builder(Reason reason, String role, String specStep) {
            this.reason = Objects.requireNonNull(reason, "reason");
            this.role = Objects.requireNonNull(role, "role");
            this.specStep = Objects.requireNonNull(specStep, "specStep");
        }

        private Builder put(Fact fact, Object value) {
            facts.put(fact, value);
            return this;
        }

        /** Sets {@link TufException#pointer}. */
        public Builder pointer(String pointer) {
            return put(Fact.POINTER, pointer);
        }

        /** Sets {@link TufException#expectedVersion} and {@link TufException#actualVersion}. */
        public Builder versions(long wanted, long found) {
            return put(Fact.EXPECTED_VERSION, wanted).actualVersion(found);
        }

        /** Sets {@link TufException#actualVersion}. */
        public Builder actualVersion(long actualVersion) {
            return put(Fact.ACTUAL_VERSION, actualVersion);
        }

        /** Sets {@link TufException#threshold}. */
        public Builder threshold(ThresholdReport threshold) {
            return put(Fact.THRESHOLD, threshold);
        }

        /** Sets {@link TufException#expires}. */
        public Builder expires(Instant expires) {
            return put(Fact.EXPIRES, expires);
        }

        /** Sets {@link TufException#limit}. */
        public Builder limit(long limit) {
            return put(Fact.LIMIT, limit);
        }

        /** Sets {@link TufException#expectedLength} and {@link TufException#actualLength}. */
        public Builder lengths(long wanted, long found) {
            return put(Fact.EXPECTED_LENGTH, wanted).put(Fact.ACTUAL_LENGTH, found);
        }

        /** Sets {@link TufException#expectedDigest}. */
        public Builder expectedDigest(Digest expectedDigest) {
            return put(Fact.EXPECTED_DIGEST, expectedDigest);
        }

        /** Sets {@link TufException#actualDigest}. */
        public Builder actualDigest(Digest actualDigest) {
            return put(Fact.ACTUAL_DIGEST, actualDigest);
        }

        /** Sets {@link TufException#targetPath}. */
        public Builder targetPath(String targetPath) {
            return put(Fact.TARGET_PATH, targetPath);
        }

        /** Sets the cause; null for none. */
        public Builder cause(@Nullable Throwable cause) {
            this.cause = cause;
            return this;
        }

        /**
         * {@return the exception}
         *
         * @param problem what is wrong and what to do about it, without control characters. The message has the role in
         *     front of it, and the reason and step behind it
         */
        public TufException build(String problem) {
            return new TufException(this, problem);
        }

        private String message(String problem) {
            String shown = TopLevelRole.named(role).isPresent() ? role : Quoted.quote(role);
            String step = specStep.startsWith("TAP") ? specStep : "TUF " + specStep;
            return shown + ": " + problem + " [" + reason + ", " + step + "]";
        }
    }

    /**
     * {@return an exception with the same reason and facts, another problem, and this exception as its cause}
     *
     * @param problem as for {@link Builder#build}
     */
    public TufException withProblem(String problem) {
        Builder builder = new Builder(reason, role, specStep).cause(this);
        if (facts != null) {
            builder.facts.putAll(facts);
        }
        return builder.build(problem);
    }

    private <T> Optional<T> fact(Fact fact, Class<T> type) {
        return facts == null
                ? Optional.empty()
                : Optional.ofNullable(facts.get(fact)).map(type::cast);
    }

    private OptionalLong number(Fact fact) {
        return fact(fact, Long.class).map(OptionalLong::of).orElse(OptionalLong.empty());
    }

    /** {@return why metadata was refused} */
    public Reason reason() {
        return reason;
    }

    /**
     * {@return the name of the role whose metadata was refused, for example {@code snapshot}; for a delegated role,
     * untrusted text}
     */
    public String role() {
        return role;
    }

    /** {@return the step of TUF 1.0.34 that refuses the metadata, for example {@code 5.3.4}} */
    public String specStep() {
        return specStep;
    }

    /** {@return where the file is wrong, as an RFC 6901 JSON pointer; the empty pointer is the whole file} */
    public Optional<String> pointer() {
        return fact(Fact.POINTER, String.class);
    }

    /**
     * {@return the expected version; for {@link Reason#ROLLBACK}, the one that was trusted before, of the file or of a
     * file that it lists}
     */
    public OptionalLong expectedVersion() {
        return number(Fact.EXPECTED_VERSION);
    }

    /** {@return the version of the refused file, or the version it lists for another file that was rolled back} */
    public OptionalLong actualVersion() {
        return number(Fact.ACTUAL_VERSION);
    }

    /** {@return what each key of the role contributed} */
    public Optional<ThresholdReport> threshold() {
        return fact(Fact.THRESHOLD, ThresholdReport.class);
    }

    /** {@return when the file expired} */
    public Optional<Instant> expires() {
        return fact(Fact.EXPIRES, Instant.class);
    }

    /** {@return how many bytes or delegated roles are allowed} */
    public OptionalLong limit() {
        return number(Fact.LIMIT);
    }

    /** {@return the listed length in bytes} */
    public OptionalLong expectedLength() {
        return number(Fact.EXPECTED_LENGTH);
    }

    /** {@return the actual length in bytes} For a target file that is too long, how many bytes were read until then. */
    public OptionalLong actualLength() {
        return number(Fact.ACTUAL_LENGTH);
    }

    /** {@return the listed digest that does not match} */
    public Optional<Digest> expectedDigest() {
        return fact(Fact.EXPECTED_DIGEST, Digest.class);
    }

    /** {@return the actual digest, by the same algorithm} */
    public Optional<Digest> actualDigest() {
        return fact(Fact.ACTUAL_DIGEST, Digest.class);
    }

    /** {@return the path of the target, if the failure is about one} Untrusted text, not to be used as a file path. */
    public Optional<String> targetPath() {
        return fact(Fact.TARGET_PATH, String.class);
    }
}
