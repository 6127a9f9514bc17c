package dev.tallyclerk.hardening;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.text.Quoted;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a {@link Subject} in a report: kind, name, digest and labels.
 *
 * <p>Immutable; two references are equal if all four are.
 */
public final class SubjectRef implements Comparable<SubjectRef> {
    private static final Comparator<SubjectRef> ORDER = Comparator.comparing(SubjectRef::kind)
            .thenComparing(SubjectRef::name)
            .thenComparing(SubjectRef::digestText)
            .thenComparing(ref -> ref.labels.size())
            .thenComparing(ref -> ref.labels.toString());

    private final String kind;
    private final String name;
    private final @Nullable Digest digest;
    private final SortedMap<String, String> labels;

    private SubjectRef(String kind, String name, @Nullable Digest digest, Map<String, String> labels) {
        this.kind = kind;
        this.name = name;
        this.digest = digest;
        this.labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /**
     * {@return a reference without digest and labels}
     *
     * @param kind lower-case letters, digits and hyphens, for example {@code image}
     * @param name the name for people; terminal control characters are replaced. Its length is not limited, and secrets
     *     in it are not redacted
     * @throws IllegalArgumentException if {@code kind} is empty or has another character, or {@code name} is blank
     */
    public static SubjectRef of(String kind, String name) {
        boolean wellFormed = !kind.isEmpty()
                && kind.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
        if (!wellFormed) {
            throw new IllegalArgumentException("not a kind such as \"image\": " + Quoted.quote(kind));
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of a subject is blank");
        }
        return new SubjectRef(kind, Quoted.printable(name), null, Map.of());
    }

    /**
     * {@return this reference with a digest}
     *
     * @param digest the digest of the subject's document or content
     */
    public SubjectRef withDigest(Digest digest) {
        return new SubjectRef(kind, name, Objects.requireNonNull(digest, "digest"), labels);
    }

    /**
     * {@return this reference with a label added or replaced}
     *
     * @param key for example {@code platform}
     * @param value for example {@code linux/arm64}; secrets in it are not redacted
     */
    public SubjectRef withLabel(String key, String value) {
        Map<String, String> more = new TreeMap<>(labels);
        more.put(Quoted.printable(key), Quoted.printable(value));
        return new SubjectRef(kind, name, digest, more);
    }

    /** {@return the kind of subject, for example {@code image}} */
    public String kind() {
        return kind;
    }

    /** {@return the name for people} */
    public String name() {
        return name;
    }

    /** {@return the digest of the subject's document or content, if it has one} */
    public Optional<Digest> digest() {
        return Optional.ofNullable(digest);
    }

    /** {@return the labels in the order of their keys, unmodifiable} */
    public Map<String, String> labels() {
        return labels;
    }

    /** Orders by kind, name, digest and labels. */
    @Override
    public int compareTo(SubjectRef other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SubjectRef that
                && kind.equals(that.kind)
                && name.equals(that.name)
                && Objects.equals(digest, that.digest)
                && labels.equals(that.labels);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, name, digest, labels);
    }

    /** {@return kind and name, for example {@code image example.test/app:1.2}} */
    @Override
    public String toString() {
        return kind + " " + name;
    }

    private String digestText() {
        return digest == null ? "" : digest.toString();
    }
}
