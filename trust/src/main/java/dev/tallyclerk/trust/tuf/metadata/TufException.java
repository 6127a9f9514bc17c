package dev.tallyclerk.trust.tuf.metadata;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.text.Quoted;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when metadata cannot be trusted, and when a refresh cannot be done.
 *
 * <p>{@link #reason} is for programs; reasons may be added, never changed. The facts behind it have accessors, each
 * with a value where the reason has such a fact. The message says what to do and may change. After a serialization only
 * reason, role, step and message are left.
 */
public final class TufException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why metadata was refused. */
    public enum Reason {
        /** The file is not JSON or not what the role's format wants; see {@link TufException#pointer}. */
        MALFORMED,
        /**
         * The file is metadata of another role than it should be, or of none; see {@link TufException#pointer}. That it
         * has no type, or one that is no text, is {@link #MALFORMED}.
         */
        WRONG_TYPE,
        /** The file is for another major version of the specification, or of Notary v1, Uptane or TUF before 1.0. */
        UNSUPPORTED_SPEC_VERSION,
        /** A declared key's id is not its hash, which {@link KeyIds#RECOMPUTED} wants. */
        WRONG_KEY_ID,
        /** Two signatures in the file are under one key id. */
        DUPLICATE_SIGNATURE,
        /** Too few different keys of the role have signed; see {@link TufException#threshold}. */
        THRESHOLD_NOT_MET,
        /** The version is not exactly the one that must be; see {@link TufException#expectedVersion}. */
        WRONG_VERSION,
        /**
         * The version is lower than one that was trusted before, or a targets file is no longer listed; of roots, the
         * store has a later one than the repository shows from the trusted root on.
         */
        ROLLBACK,
        /** The file is no longer valid; see {@link TufException#expires}. */
        EXPIRED,
        /** The file has not the length that the trusted metadata lists; see {@link TufException#expectedLength}. */
        LENGTH_MISMATCH,
        /** The file has not the hash that the trusted metadata lists; see {@link TufException#expectedDigest}. */
        HASH_MISMATCH,
        /** Hashes are needed, and none is of an algorithm that can be computed here. */
        NO_KNOWN_HASH,
        /** The file is longer than allowed; see {@link TufException#limit}. */
        LIMIT_EXCEEDED,
        /** The snapshot does not list the file. */
        NOT_IN_SNAPSHOT,
        /** The repository does not have the file. */
        NOT_AVAILABLE,
        /** The store was to hold the first trusted root and has none, or a damaged one without a whole copy. */
        NO_TRUSTED_ROOT,
        /**
         * The search for a target would pass through more delegated roles than allowed; see {@link TufException#limit}.
         */
        TOO_MANY_DELEGATIONS,
        /** No role that may list the target does; see {@link TufException#targetPath}. */
        TARGET_NOT_LISTED,
        /** Too few of several repositories could be asked; the suppressed exceptions say why. */
        REPOSITORIES_FAILED,
        /**
         * The target's path cannot be a file's path, or would lead out of the folder; see
         * {@link TufException#targetPath}.
         */
        UNSAFE_PATH,
        /** The repository could not be asked; the cause says why. */
        FETCH_FAILED,
        /** The store could not be read or written; the cause says why. */
        STORE_FAILED,
        /** The call was cancelled, or its thread was interrupted, and still is. */
        INTERRUPTED
    }

    /** What may be known about a failure besides its reason. */
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
     * {@return a builder of an exception, for a client of another kind or a test}
     *
     * @param reason why metadata is refused
     * @param role the name of the role whose metadata is refused
     * @param specStep the number of the step of TUF 1.0.34 that refuses
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

        /** Sets the cause, or none. */
        public Builder cause(@Nullable Throwable cause) {
            this.cause = cause;
            return this;
        }

        /**
         * {@return the exception}
         *
         * @param problem what is wrong and what to do, with nothing in it that a terminal could act on; the message has
         *     the role before it, and the reason and the step behind it
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
     * {@return an exception with the same reason and facts, another explanation, and this exception as its cause}
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
     * {@return the name of the role whose metadata was refused, for example {@code snapshot}; that of a delegated role
     * is text from a document}
     */
    public String role() {
        return role;
    }

    /** {@return the number of the step of TUF 1.0.34 that refuses, for example {@code 5.3.4}} */
    public String specStep() {
        return specStep;
    }

    /** {@return where the file is wrong, as an RFC 6901 JSON pointer; empty text is the whole file} */
    public Optional<String> pointer() {
        return fact(Fact.POINTER, String.class);
    }

    /**
     * {@return the version that was wanted; with {@link Reason#ROLLBACK}, the one that was trusted before, of the file
     * or of one that it lists}
     */
    public OptionalLong expectedVersion() {
        return number(Fact.EXPECTED_VERSION);
    }

    /** {@return the version of the refused file, or the one in which it lists another that went back} */
    public OptionalLong actualVersion() {
        return number(Fact.ACTUAL_VERSION);
    }

    /** {@return what each key of the role contributed} */
    public Optional<ThresholdReport> threshold() {
        return fact(Fact.THRESHOLD, ThresholdReport.class);
    }

    /** {@return when the file stopped being valid} */
    public Optional<Instant> expires() {
        return fact(Fact.EXPIRES, Instant.class);
    }

    /** {@return how many bytes or delegated roles were allowed} */
    public OptionalLong limit() {
        return number(Fact.LIMIT);
    }

    /** {@return the length in bytes that is listed; of a target file, the one that its metadata lists} */
    public OptionalLong expectedLength() {
        return number(Fact.EXPECTED_LENGTH);
    }

    /**
     * {@return how many bytes the file has instead} Of a target file that is longer, it is how many were seen until
     * that was known.
     */
    public OptionalLong actualLength() {
        return number(Fact.ACTUAL_LENGTH);
    }

    /** {@return the digest that is listed and that the file does not have} */
    public Optional<Digest> expectedDigest() {
        return fact(Fact.EXPECTED_DIGEST, Digest.class);
    }

    /** {@return the digest that the file has instead, by the same algorithm} */
    public Optional<Digest> actualDigest() {
        return fact(Fact.ACTUAL_DIGEST, Digest.class);
    }

    /**
     * {@return the path of the target that was searched or downloaded, where it is about one} It is text from whoever
     * asked or from a document, and not fit for a file's path.
     */
    public Optional<String> targetPath() {
        return fact(Fact.TARGET_PATH, String.class);
    }
}
