package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which findings of a rule a waiver covers: those that meet every condition.
 *
 * <p>In a pattern {@code *} matches any characters, including none and slashes, and {@code ?} exactly one. Patterns
 * match the whole text and are case-sensitive. Immutable; two scopes are equal if their conditions are.
 */
public final class Scope {
    private static final Scope EVERYTHING = new Scope(null, null, null, Collections.emptySortedMap(), null);

    private final @Nullable String kind;
    private final @Nullable Glob name;
    private final @Nullable Digest digest;
    private final SortedMap<String, Glob> labels;
    private final @Nullable Glob location;

    private Scope(
            @Nullable String kind,
            @Nullable Glob name,
            @Nullable Digest digest,
            SortedMap<String, Glob> labels,
            @Nullable Glob location) {
        this.kind = kind;
        this.name = name;
        this.digest = digest;
        this.labels = labels;
        this.location = location;
    }

    /** {@return the scope without conditions} */
    public static Scope everything() {
        return EVERYTHING;
    }

    /**
     * {@return this scope, limited to subjects of one kind}
     *
     * @param kind {@code image}, {@code container}, {@code engine}, {@code seccomp}, or the {@link SubjectRef#kind} of
     *     a caller's own subjects; not checked here
     */
    public Scope withKind(String kind) {
        return new Scope(Objects.requireNonNull(kind, "kind"), name, digest, labels, location);
    }

    /**
     * {@return this scope, limited to subjects whose name matches}
     *
     * @param pattern for example {@code ci/*}
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withName(String pattern) {
        return new Scope(kind, new Glob(pattern), digest, labels, location);
    }

    /**
     * {@return this scope, limited to the subject with a digest}
     *
     * @param digest the digest; a subject without one does not match
     */
    public Scope withDigest(Digest digest) {
        return new Scope(kind, name, Objects.requireNonNull(digest, "digest"), labels, location);
    }

    /**
     * {@return this scope, limited to subjects with a matching label}
     *
     * @param key the key of the label
     * @param pattern the pattern for its value
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withLabel(String key, String pattern) {
        SortedMap<String, Glob> more = new TreeMap<>(labels);
        more.put(Objects.requireNonNull(key, "key"), new Glob(pattern));
        return new Scope(kind, name, digest, Collections.unmodifiableSortedMap(more), location);
    }

    /**
     * {@return this scope, limited to problems whose location matches}
     *
     * <p>It excludes findings without a location, such as unknowns.
     *
     * @param pattern matched against the text form, for example {@code layer[*]/usr/bin/sudo}
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withLocation(String pattern) {
        return new Scope(kind, name, digest, labels, new Glob(pattern));
    }

    /**
     * {@return whether every condition is met}
     *
     * @param subject the subject of the finding
     * @param place the location of the problem, if there is one
     */
    boolean covers(SubjectRef subject, Optional<Location> place) {
        return (kind == null || kind.equals(subject.kind()))
                && (name == null || name.matches(subject.name()))
                && (digest == null || subject.digest().filter(digest::equals).isPresent())
                && coversLabels(subject.labels())
                && (location == null
                        || place.filter(at -> location.matches(at.toString())).isPresent());
    }

    private boolean coversLabels(Map<String, String> actual) {
        return labels.entrySet().stream().allMatch(wanted -> {
            String value = actual.get(wanted.getKey());
            return value != null && wanted.getValue().matches(value);
        });
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scope that
                && Objects.equals(kind, that.kind)
                && Objects.equals(name, that.name)
                && Objects.equals(digest, that.digest)
                && labels.equals(that.labels)
                && Objects.equals(location, that.location);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, name, digest, labels, location);
    }

    /** {@return the conditions in words, for example {@code kind container, name ci/*}} */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        append(out, "kind ", kind);
        append(out, "name ", name == null ? null : name.pattern());
        append(out, "digest ", digest == null ? null : digest.toString());
        labels.forEach((key, value) -> append(out, "label " + key + '=', value.pattern()));
        append(out, "location ", location == null ? null : location.pattern());
        return out.length() == 0 ? "everything" : out.toString();
    }

    private static void append(StringBuilder out, String label, @Nullable String value) {
        if (value != null) {
            out.append(out.length() == 0 ? "" : ", ").append(label).append(value);
        }
    }
}
