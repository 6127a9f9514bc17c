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
 * <p>In a pattern {@code *} stands for any characters, also none and slashes, and {@code ?} for exactly one; it fits
 * the whole text, and upper and lower case differ. Immutable; two scopes are equal when their conditions are.
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

    /** {@return the scope without a condition} */
    public static Scope everything() {
        return EVERYTHING;
    }

    /**
     * {@return this scope, for subjects of one kind only}
     *
     * @param kind {@code image}, {@code container}, {@code engine}, {@code seccomp}, or what subjects of others have
     *     for {@link SubjectRef#kind}; nobody checks here that there is a subject of that kind
     */
    public Scope withKind(String kind) {
        return new Scope(Objects.requireNonNull(kind, "kind"), name, digest, labels, location);
    }

    /**
     * {@return this scope, for subjects of fitting names only}
     *
     * @param pattern for example {@code ci/*}
     * @throws IllegalArgumentException if the pattern is empty or has more than 1000 characters
     */
    public Scope withName(String pattern) {
        return new Scope(kind, new Glob(pattern), digest, labels, location);
    }

    /**
     * {@return this scope, for the subject of that digest only}
     *
     * @param digest the digest, which a subject without one does not have
     */
    public Scope withDigest(Digest digest) {
        return new Scope(kind, name, Objects.requireNonNull(digest, "digest"), labels, location);
    }

    /**
     * {@return this scope, for subjects with a fitting label only}
     *
     * @param key of the label
     * @param pattern for its value
     * @throws IllegalArgumentException if the pattern is empty or has more than 1000 characters
     */
    public Scope withLabel(String key, String pattern) {
        SortedMap<String, Glob> more = new TreeMap<>(labels);
        more.put(Objects.requireNonNull(key, "key"), new Glob(pattern));
        return new Scope(kind, name, digest, Collections.unmodifiableSortedMap(more), location);
    }

    /**
     * {@return this scope, for problems at fitting places only}
     *
     * <p>A finding without a place, as one that is unknown, is then not covered.
     *
     * @param pattern for the text form of the place, for example {@code layer[*]/usr/bin/sudo}
     * @throws IllegalArgumentException if the pattern is empty or has more than 1000 characters
     */
    public Scope withLocation(String pattern) {
        return new Scope(kind, name, digest, labels, new Glob(pattern));
    }

    /**
     * {@return whether every condition is met}
     *
     * @param subject what the finding is about
     * @param place where the problem is, if there is a place
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
