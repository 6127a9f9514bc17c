package dev.tallyclerk.registry.proxy;

import java.util.Objects;

/**
 * Something that happened in a proxy.
 *
 * <p>Kind, content, upstream and status have few values, so they fit as labels of a metric. Subject and message have
 * not: they are for logs. Neither has credentials.
 *
 * @param kind what happened
 * @param content what it happened to
 * @param upstream the registry of an {@link Upstream}; empty if none was chosen
 * @param status the status of the answer, with {@link Kind#REQUEST}; 0 otherwise
 * @param bytes a number of bytes, where the kind has one
 * @param subject the repository, with tag or digest; empty if unknown
 * @param message the sentence for people; empty if there is nothing to add
 */
public record ProxyEvent(
        Kind kind, Content content, String upstream, int status, long bytes, String subject, String message) {
    /** What can happen. */
    public enum Kind {
        /** A request was answered; the bytes are those announced. */
        REQUEST,
        /** It was in the cache. */
        HIT,
        /** It was not in the cache, or no longer fresh: the upstream was asked. */
        MISS,
        /** It was being fetched for another caller already. */
        WAIT,
        /** Bytes of it came for the cache, all of it or what was missing; the bytes are those that came. */
        FILL,
        /** A tag was answered as it was, because the upstream failed. */
        STALE,
        /** The policy refused it. */
        DENIED,
        /** The policy would have refused it. */
        OBSERVED,
        /** The upstream sent bytes that do not match. */
        REFUSED,
        /** The cache had bytes that do not match; they are deleted. */
        DAMAGED,
        /** The cache could not be written or read. */
        STORE_FAILED,
        /** It was deleted to keep the limits; the bytes are its size. */
        EVICTED
    }

    /** What it can happen to. */
    public enum Content {
        /** A manifest or index. */
        MANIFEST,
        /** A blob. */
        BLOB,
        /** A list of tags. */
        TAGS,
        /** A list of referrers. */
        REFERRERS,
        /** Anything else. */
        OTHER
    }

    /** Requires every part. */
    public ProxyEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(upstream, "upstream");
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(message, "message");
    }
}
