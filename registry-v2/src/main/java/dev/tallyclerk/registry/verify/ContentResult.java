package dev.tallyclerk.registry.verify;

import java.util.Objects;
import java.util.function.Function;

/** What the check of one piece of an image's content found. Unverifiable is not verified. */
public sealed interface ContentResult {
    /** {@return what the function that applies makes of this} */
    <R> R fold(
            Function<? super Verified, ? extends R> verified,
            Function<? super Failed, ? extends R> failed,
            Function<? super Unverifiable, ? extends R> unverifiable);

    /** {@return whether the content is what was promised} */
    default boolean isVerified() {
        return this instanceof Verified;
    }

    /** Why content was refused or could not be verified. Reasons may be added, never changed. */
    enum Reason {
        /** The source does not have the content. */
        MISSING,
        /** There are more bytes than were promised, or than the limit for such a document allows. */
        TOO_LONG,
        /** The content ends before the promised size. */
        TOO_SHORT,
        /** The bytes have another digest than was asked for or promised. */
        DIGEST_MISMATCH,
        /** The document is not a valid manifest, index or configuration. */
        MALFORMED_DOCUMENT,
        /** The document can be read as two different things. */
        AMBIGUOUS_DOCUMENT,
        /** A signature that the manifest carries is not valid. */
        INVALID_SIGNATURE,
        /** The layer's bytes are not what its media type says, go on after their end, or are a broken archive. */
        MALFORMED_LAYER,
        /** The layer's bytes are the promised ones, and an archive that readers may take for different files. */
        AMBIGUOUS_LAYER,
        /**
         * The layer's archive is one that all engines read alike, but over the layers below they make different files
         * of it, or a path leads out of the image. The message begins with the
         * {@link dev.tallyclerk.registry.filesystem.ImageFileSystemException.Reason}.
         */
        AMBIGUOUS_FILES,
        /** The layer does not decompress to what the configuration promises. */
        DIFF_ID_MISMATCH,
        /** The configuration promises another number of layers than the manifest has. */
        LAYER_COUNT_MISMATCH,
        /** A limit on decompression, on a document's parts or on the merged files was passed. */
        LIMIT_EXCEEDED,
        /** The index has no image for the platform. */
        NO_SUCH_PLATFORM,
        /** The image is for another platform than the one that was asked for. */
        WRONG_PLATFORM,
        /** Nobody asked for the content to be read, so nothing is known. */
        NOT_READ,
        /** This version cannot read the format, so nothing is known. */
        UNSUPPORTED,
        /** The name stands for another digest than the one that is vouched for. */
        NOT_THE_TRUSTED_DIGEST
    }

    /**
     * The content is what was promised.
     *
     * @param uncompressedSize for a layer that was decompressed, its uncompressed size; otherwise the content's size;
     *     in bytes
     */
    record Verified(long uncompressedSize) implements ContentResult {
        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Failed, ? extends R> failed,
                Function<? super Unverifiable, ? extends R> unverifiable) {
            return verified.apply(this);
        }
    }

    /**
     * The content is not what was promised, or can be taken for different things, and must not be used.
     *
     * @param reason why, for a program
     * @param message why, for a person
     */
    record Failed(Reason reason, String message) implements ContentResult {
        /** Requires both. */
        public Failed {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
        }

        /** {@return whether another source of the same image, or the same one later, may give what was promised} */
        public boolean isOfTheSource() {
            return switch (reason) {
                case MISSING, TOO_LONG, TOO_SHORT, DIGEST_MISMATCH -> true;
                default -> false;
            };
        }

        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Failed, ? extends R> failed,
                Function<? super Unverifiable, ? extends R> unverifiable) {
            return failed.apply(this);
        }
    }

    /**
     * Whether the content is what was promised cannot be found out by this version.
     *
     * @param reason why, for a program
     * @param message why, for a person
     */
    record Unverifiable(Reason reason, String message) implements ContentResult {
        /** Requires both. */
        public Unverifiable {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(message, "message");
        }

        @Override
        public <R> R fold(
                Function<? super Verified, ? extends R> verified,
                Function<? super Failed, ? extends R> failed,
                Function<? super Unverifiable, ? extends R> unverifiable) {
            return unverifiable.apply(this);
        }
    }
}
