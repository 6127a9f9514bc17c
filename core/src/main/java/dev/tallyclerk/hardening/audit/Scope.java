package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.Evidence;
import dev.tallyclerk.hardening.Problem;
import dev.tallyclerk.hardening.SubjectRef;
import java.util.Collections;
import java.util.List;
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
    private static final Scope EVERYTHING = new Scope(
            new Conditions(null, null, null, Collections.emptySortedMap(), null, Collections.emptySortedMap()));

    private final Conditions when;

    private record Conditions(
            @Nullable String kind,
            @Nullable Glob name,
            @Nullable Digest digest,
            SortedMap<String, Glob> labels,
            @Nullable Glob location,
            SortedMap<String, Glob> evidence) {}

    private Scope(Conditions when) {
        this.when = when;
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
        return new Scope(new Conditions(
                Objects.requireNonNull(kind, "kind"),
                when.name,
                when.digest,
                when.labels,
                when.location,
                when.evidence));
    }

    /**
     * {@return this scope, limited to subjects whose name matches}
     *
     * @param pattern for example {@code ci/*}
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withName(String pattern) {
        return new Scope(
                new Conditions(when.kind, new Glob(pattern), when.digest, when.labels, when.location, when.evidence));
    }

    /**
     * {@return this scope, limited to the subject with a digest}
     *
     * @param digest the digest; a subject without one does not match
     */
    public Scope withDigest(Digest digest) {
        return new Scope(new Conditions(
                when.kind,
                when.name,
                Objects.requireNonNull(digest, "digest"),
                when.labels,
                when.location,
                when.evidence));
    }

    /**
     * {@return this scope, limited to subjects with a matching label}
     *
     * @param key the key of the label
     * @param pattern the pattern for its value
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withLabel(String key, String pattern) {
        SortedMap<String, Glob> more = new TreeMap<>(when.labels);
        more.put(Objects.requireNonNull(key, "key"), new Glob(pattern));
        return new Scope(new Conditions(
                when.kind,
                when.name,
                when.digest,
                Collections.unmodifiableSortedMap(more),
                when.location,
                when.evidence));
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
        return new Scope(
                new Conditions(when.kind, when.name, when.digest, when.labels, new Glob(pattern), when.evidence));
    }

    /**
     * {@return this scope, limited to problems with matching evidence}
     *
     * <p>It excludes findings without a problem, such as unknowns.
     *
     * @param name the name of the evidence, for example {@code id} for the ids of a vulnerability
     * @param pattern matched against its value; of several values with that name one has to match
     * @throws IllegalArgumentException if the pattern is empty or longer than 1000 characters
     */
    public Scope withEvidence(String name, String pattern) {
        SortedMap<String, Glob> more = new TreeMap<>(when.evidence);
        more.put(Objects.requireNonNull(name, "name"), new Glob(pattern));
        return new Scope(new Conditions(
                when.kind,
                when.name,
                when.digest,
                when.labels,
                when.location,
                Collections.unmodifiableSortedMap(more)));
    }

    /**
     * {@return whether every condition is met}
     *
     * @param subject the subject of the finding
     * @param problem the problem, if there is one
     */
    boolean covers(SubjectRef subject, Optional<Problem> problem) {
        return (when.kind == null || when.kind.equals(subject.kind()))
                && (when.name == null || when.name.matches(subject.name()))
                && (when.digest == null
                        || subject.digest().filter(when.digest::equals).isPresent())
                && coversLabels(subject.labels())
                && (when.location == null
                        || problem.filter(at -> when.location.matches(at.at().toString()))
                                .isPresent())
                && (when.evidence.isEmpty()
                        || problem.filter(at -> coversEvidence(at.evidence())).isPresent());
    }

    private boolean coversEvidence(List<Evidence> actual) {
        return when.evidence.entrySet().stream()
                .allMatch(wanted -> actual.stream()
                        .anyMatch(value -> value.name().equals(wanted.getKey())
                                && wanted.getValue().matches(value.value())));
    }

    private boolean coversLabels(Map<String, String> actual) {
        return when.labels.entrySet().stream().allMatch(wanted -> {
            String value = actual.get(wanted.getKey());
            return value != null && wanted.getValue().matches(value);
        });
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Scope that && when.equals(that.when);
    }

    @Override
    public int hashCode() {
        return when.hashCode();
    }

    /** {@return the conditions in words, for example {@code kind container, name ci/*}} */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        append(out, "kind ", when.kind);
        append(out, "name ", when.name == null ? null : when.name.pattern());
        append(out, "digest ", when.digest == null ? null : when.digest.toString());
        when.labels.forEach((key, value) -> append(out, "label " + key + '=', value.pattern()));
        append(out, "location ", when.location == null ? null : when.location.pattern());
        when.evidence.forEach((name, value) -> append(out, "evidence " + name + '=', value.pattern()));
        return out.length() == 0 ? "everything" : out.toString();
    }

    private static void append(StringBuilder out, String label, @Nullable String value) {
        if (value != null) {
            out.append(out.length() == 0 ? "" : ", ").append(label).append(value);
        }
    }
}
