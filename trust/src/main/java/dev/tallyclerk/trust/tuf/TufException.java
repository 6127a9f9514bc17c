package dev.tallyclerk.trust.tuf;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.internal.json.JsonException;
import dev.tallyclerk.internal.text.Quoted;
import dev.tallyclerk.verify.VerificationException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.time.Instant;
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

    /** How much of another exception's message is repeated, in characters. */
    private static final int MAX_CAUSE = 300;

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
        /** The version is not exactly the one that must be; see {@link TufException#wantedVersion}. */
        WRONG_VERSION,
        /**
         * The version is lower than one that was trusted before, or a targets file is no longer listed; of roots, the
         * store has a later one than the repository shows from the trusted root on.
         */
        ROLLBACK,
        /** The file is no longer valid; see {@link TufException#expires}. */
        EXPIRED,
        /** The file has not the length that the trusted metadata lists; see {@link TufException#wantedLength}. */
        LENGTH_MISMATCH,
        /** The file has not the hash that the trusted metadata lists; see {@link TufException#wantedDigest}. */
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

    /** The facts of the various reasons; the fields that do not apply are null. */
    private record Facts(
            @Nullable String pointer,
            @Nullable Long wantedVersion,
            @Nullable Long foundVersion,
            @Nullable ThresholdReport threshold,
            @Nullable Instant expires,
            @Nullable Long limit,
            @Nullable Listed listed,
            @Nullable String targetPath) {
        static final Facts NONE = new Facts(null, null, null, null, null, null, null, null);

        static Facts pointer(String pointer) {
            return new Facts(pointer, null, null, null, null, null, null, null);
        }

        static Facts versions(long wanted, long found) {
            return new Facts(null, wanted, found, null, null, null, null, null);
        }

        static Facts threshold(ThresholdReport why) {
            return new Facts(null, null, null, why, null, null, null, null);
        }

        static Facts expired(long version, Instant expires) {
            return new Facts(null, null, version, null, expires, null, null, null);
        }

        static Facts limit(long limit) {
            return new Facts(null, null, null, null, null, limit, null, null);
        }

        static Facts listed(Listed listed) {
            return new Facts(null, null, null, null, null, null, listed, null);
        }

        Facts ofTarget(String path) {
            return new Facts(pointer, wantedVersion, foundVersion, threshold, expires, limit, listed, path);
        }
    }

    /** What is listed of a file, and what it has instead; the fields that do not apply are null. */
    private record Listed(
            @Nullable Long wantedLength,
            @Nullable Long foundLength,
            @Nullable Digest wantedDigest,
            @Nullable Digest foundDigest) {
        static Listed lengths(long wanted, long found) {
            return new Listed(wanted, found, null, null);
        }

        static Listed digests(Digest wanted, @Nullable Digest found) {
            return new Listed(null, null, wanted, found);
        }
    }

    private static final String ROLLED_BACK =
            "somebody shows an old file, or the repository was restored and has to replace so many keys of timestamp or"
                    + " snapshot that those which are left have not signed what is stored";

    private static final String SIGN_AGAIN = "the repository has to sign it again, or start from a newer trusted root";
    private static final String OTHER_ENGINE = "take a SignatureEngine that has the schemes; the runtime's has those of"
            + " elliptic curves where the module jdk.crypto.ec is";

    private final Reason reason;
    private final String role;
    private final String specStep;
    private final transient @Nullable Facts facts;

    private TufException(
            Reason reason, MetadataRole role, String specStep, Facts facts, String detail, @Nullable Throwable cause) {
        super(role.shown() + ": " + detail + " [" + reason + ", TUF " + specStep + "]", cause);
        this.reason = Objects.requireNonNull(reason, "reason");
        this.role = role.name();
        this.specStep = specStep;
        this.facts = facts;
    }

    static TufException of(Reason reason, MetadataRole role, String step, String detail) {
        return of(reason, role, step, detail, null);
    }

    static TufException of(Reason reason, MetadataRole role, String step, String detail, @Nullable Throwable cause) {
        return new TufException(reason, role, step, Facts.NONE, detail, cause);
    }

    static TufException malformed(MetadataRole role, String step, JsonException e) {
        Facts facts = Facts.pointer(e.pointer());
        String detail = e.getMessage() + "; the repository has to publish a valid file";
        return new TufException(Reason.MALFORMED, role, step, facts, detail, e);
    }

    static TufException wrongType(MetadataRole role, String step, String pointer, String type) {
        Facts facts = Facts.pointer(pointer);
        String detail = "is metadata of type " + Quoted.quote(type) + ", not "
                + Quoted.quote(role.kind().roleName()) + "; the repository has to publish each role's own file";
        return new TufException(Reason.WRONG_TYPE, role, step, facts, detail, null);
    }

    static TufException duplicateSignature(MetadataRole role, String step, String pointer, String keyId) {
        Facts facts = Facts.pointer(pointer);
        String detail = "two signatures by key " + shorten(keyId) + "; the repository has to publish a valid file";
        return new TufException(Reason.DUPLICATE_SIGNATURE, role, step, facts, detail, null);
    }

    static TufException wrongKeyId(MetadataRole role, String step, String pointer, String keyId) {
        Facts facts = Facts.pointer(pointer);
        String detail = "declares a key as " + shorten(keyId) + ", which is not its hash; the repository has to publish"
                + " its keys under their hashes, or be read with KeyIds.ANY";
        return new TufException(Reason.WRONG_KEY_ID, role, step, facts, detail, null);
    }

    static TufException wrongVersion(MetadataRole role, String step, long wanted, long found, String todo) {
        String detail = "is version " + found + ", wanted " + wanted + "; " + todo;
        return new TufException(Reason.WRONG_VERSION, role, step, Facts.versions(wanted, found), detail, null);
    }

    static TufException rollback(MetadataRole role, String step, long trusted, long found) {
        String detail = "is version " + found + ", version " + trusted + " was trusted before; " + ROLLED_BACK;
        return new TufException(Reason.ROLLBACK, role, step, Facts.versions(trusted, found), detail, null);
    }

    /** Of a stored file that is another than the one that the stored file before it lists, or that is not there. */
    static TufException halfRefreshed(MetadataRole role, TufException e) {
        Facts facts = e.facts == null ? Facts.NONE : e.facts;
        String detail = "the last refresh ended before it had the file that is listed, or the stored one is damaged;"
                + " refresh once while the repository can be reached";
        return new TufException(e.reason, role, e.specStep, facts, detail, e);
    }

    /** {@code more} is whether this refresh could not ask for more roots. */
    static TufException rootRollback(long stored, long last, boolean more) {
        String detail = "version " + last + " is the last that the repository shows of the trusted root's successors,"
                + " version " + stored + " is in the store, which stays as it is; "
                + (more
                        ? "refresh again, as one refresh asks for no more roots than TufLimits allow"
                        : "the repository has to have every root, or ship a newer one; a store of another repository"
                                + " cannot be used for this one");
        Facts facts = Facts.versions(stored, last);
        return new TufException(Reason.ROLLBACK, MetadataRole.of(TopLevelRole.ROOT), "5.3.5", facts, detail, null);
    }

    static TufException listedRollback(MetadataRole role, String step, String fileName, long trusted, long found) {
        String detail = "lists version " + found + " of " + Quoted.quote(fileName) + ", version " + trusted
                + " was listed before; " + ROLLED_BACK;
        return new TufException(Reason.ROLLBACK, role, step, Facts.versions(trusted, found), detail, null);
    }

    static TufException threshold(MetadataRole role, String declaredBy, String step, ThresholdReport why) {
        Facts facts = Facts.threshold(why);
        String detail = "has " + why.sentence() + " (keys of " + declaredBy + "); "
                + (why.mayBeTheEngine() ? OTHER_ENGINE : SIGN_AGAIN);
        return new TufException(Reason.THRESHOLD_NOT_MET, role, step, facts, detail, null);
    }

    static TufException expired(MetadataRole role, long version, Instant expires, Instant now) {
        Facts facts = Facts.expired(version, expires);
        String detail = "version " + version + " expired at " + expires + ", it is " + now
                + "; check this machine's clock, else the repository has to publish a fresh file";
        return new TufException(Reason.EXPIRED, role, role.steps().expiry(), facts, detail, null);
    }

    static TufException tooLarge(MetadataRole role, String step, long limit, @Nullable Throwable cause) {
        Facts facts = Facts.limit(limit);
        String detail = "is longer than the " + limit + " bytes that the trusted metadata and TufLimits allow";
        return new TufException(Reason.LIMIT_EXCEEDED, role, step, facts, detail, cause);
    }

    static TufException tooManyDelegations(String targetPath, int limit) {
        Facts facts = Facts.limit(limit).ofTarget(targetPath);
        String detail = Quoted.quote(targetPath) + " is behind more delegated roles than the " + limit
                + " that TufLimits allow; nothing is known about it";
        MetadataRole role = MetadataRole.of(TopLevelRole.TARGETS);
        return new TufException(Reason.TOO_MANY_DELEGATIONS, role, "5.6.7.1", facts, detail, null);
    }

    static TufException wrongLength(MetadataRole role, String step, long listed, long found, String todo) {
        Facts facts = Facts.listed(Listed.lengths(listed, found));
        String detail = "has " + found + " bytes, " + listed + " are listed; " + todo;
        return new TufException(Reason.LENGTH_MISMATCH, role, step, facts, detail, null);
    }

    static TufException wrongHash(MetadataRole role, String step, Digest listed, Digest found, String todo) {
        Facts facts = Facts.listed(Listed.digests(listed, found));
        String detail = "is " + found + ", " + listed + " is listed; " + todo;
        return new TufException(Reason.HASH_MISMATCH, role, step, facts, detail, null);
    }

    static TufException notListed(String targetPath) {
        String detail = "no role that may list " + Quoted.quote(targetPath) + " does";
        MetadataRole role = MetadataRole.of(TopLevelRole.TARGETS);
        Facts facts = Facts.NONE.ofTarget(targetPath);
        return new TufException(Reason.TARGET_NOT_LISTED, role, "5.7.2", facts, detail, null);
    }

    /** Of a target file. */
    static TufException ofTarget(Reason reason, MetadataRole role, String step, String targetPath, String why) {
        Facts facts = Facts.NONE.ofTarget(targetPath);
        return new TufException(reason, role, step, facts, Quoted.quote(targetPath) + ": " + why, null);
    }

    static TufException io(Reason reason, MetadataRole role, String step, String what, IOException cause) {
        return io(reason, role, step, Facts.NONE, what, cause);
    }

    /** Of a target file. */
    static TufException targetIo(
            Reason reason, MetadataRole role, String step, String targetPath, String what, IOException cause) {
        Facts facts = cause instanceof VerificationException wrong ? facts(reason, wrong) : Facts.NONE;
        return io(reason, role, step, facts.ofTarget(targetPath), what, cause);
    }

    private static Facts facts(Reason reason, VerificationException wrong) {
        return switch (reason) {
            case LENGTH_MISMATCH -> Facts.listed(Listed.lengths(wrong.expectedSize(), wrong.actualSize()));
            case HASH_MISMATCH ->
                Facts.listed(Listed.digests(wrong.expected(), wrong.actual().orElse(null)));
            default -> Facts.NONE;
        };
    }

    private static TufException io(
            Reason reason, MetadataRole role, String step, Facts facts, String what, IOException cause) {
        String why = why(cause);
        // It may have a file name, and that a delegated role's name of any length.
        String bounded = why.length() > MAX_CAUSE ? why.substring(0, MAX_CAUSE) + "…" : why;
        boolean interrupted = isCancelled(cause) || (Thread.currentThread().isInterrupted() && isInterrupt(cause));
        return new TufException(
                interrupted ? Reason.INTERRUPTED : reason,
                role,
                step,
                facts,
                what + ": " + Quoted.printable(bounded),
                cause);
    }

    /** What the runtime says of a file is often its name alone. */
    private static String why(IOException cause) {
        String message = cause.getMessage();
        String kind = cause.getClass().getSimpleName();
        if (message == null) {
            return kind;
        }
        boolean nameAlone = cause instanceof FileSystemException file && file.getReason() == null;
        return nameAlone ? kind.replaceFirst("Exception$", "") + " " + message : message;
    }

    private static boolean isCancelled(IOException cause) {
        return cause instanceof HttpException http && http.reason() == HttpException.Reason.CANCELLED;
    }

    private static boolean isInterrupt(IOException cause) {
        return cause instanceof ClosedByInterruptException
                || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
    }

    /** {@return the start of a key id, fit for a message} */
    static String shorten(String keyId) {
        return Quoted.printable(keyId.length() > 16 ? keyId.substring(0, 16) + "…" : keyId);
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
        return facts == null ? Optional.empty() : Optional.ofNullable(facts.pointer);
    }

    /**
     * {@return the version that was wanted; with {@link Reason#ROLLBACK}, the one that was trusted before, of the file
     * or of one that it lists}
     */
    public OptionalLong wantedVersion() {
        return facts == null || facts.wantedVersion == null
                ? OptionalLong.empty()
                : OptionalLong.of(facts.wantedVersion);
    }

    /** {@return the version of the refused file, or the one in which it lists another that went back} */
    public OptionalLong foundVersion() {
        return facts == null || facts.foundVersion == null ? OptionalLong.empty() : OptionalLong.of(facts.foundVersion);
    }

    /** {@return what each key of the role contributed} */
    public Optional<ThresholdReport> threshold() {
        return facts == null ? Optional.empty() : Optional.ofNullable(facts.threshold);
    }

    /** {@return when the file stopped being valid} */
    public Optional<Instant> expires() {
        return facts == null ? Optional.empty() : Optional.ofNullable(facts.expires);
    }

    /** {@return how many bytes or delegated roles were allowed} */
    public OptionalLong limit() {
        return facts == null || facts.limit == null ? OptionalLong.empty() : OptionalLong.of(facts.limit);
    }

    /** {@return the length in bytes that is listed; of a target file, the one that its metadata lists} */
    public OptionalLong wantedLength() {
        Listed listed = listed();
        return listed == null || listed.wantedLength == null
                ? OptionalLong.empty()
                : OptionalLong.of(listed.wantedLength);
    }

    /**
     * {@return how many bytes the file has instead} Of a target file that is longer, it is how many were seen until
     * that was known.
     */
    public OptionalLong foundLength() {
        Listed listed = listed();
        return listed == null || listed.foundLength == null
                ? OptionalLong.empty()
                : OptionalLong.of(listed.foundLength);
    }

    /** {@return the digest that is listed and that the file does not have} */
    public Optional<Digest> wantedDigest() {
        return Optional.ofNullable(listed()).map(Listed::wantedDigest);
    }

    /** {@return the digest that the file has instead, by the same algorithm} */
    public Optional<Digest> foundDigest() {
        return Optional.ofNullable(listed()).map(Listed::foundDigest);
    }

    /**
     * {@return the path of the target that was searched or downloaded, where it is about one} It is text from whoever
     * asked or from a document, and not fit for a file's path.
     */
    public Optional<String> targetPath() {
        return facts == null ? Optional.empty() : Optional.ofNullable(facts.targetPath);
    }

    private @Nullable Listed listed() {
        return facts == null ? null : facts.listed;
    }
}
