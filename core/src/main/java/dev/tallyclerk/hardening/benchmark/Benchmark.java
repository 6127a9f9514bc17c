package dev.tallyclerk.hardening.benchmark;

import dev.tallyclerk.hardening.SubjectRef;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One edition of a published benchmark or guide: its sections in order, and the kinds of subjects that it is about.
 *
 * <p>Immutable; two benchmarks are equal if all their parts are.
 */
public final class Benchmark {
    private final String id;
    private final String title;
    private final List<Section> sections;
    private final Set<String> subjectKinds;
    private final Set<String> otherKinds;

    private Benchmark(
            String id, String title, List<Section> sections, Set<String> subjectKinds, Set<String> otherKinds) {
        this.id = id;
        this.title = title;
        this.sections = sections;
        this.subjectKinds = subjectKinds;
        this.otherKinds = otherKinds;
    }

    /**
     * {@return a benchmark about subjects of any kind}
     *
     * @param id a short name with the edition, for example {@code cis-docker-1.7.0}: lower-case letters, digits, dots
     *     and hyphens
     * @param title the name of the document, with its edition
     * @param sections the sections in the order of the document
     * @throws IllegalArgumentException if {@code id} has another character, the title is blank, there is no section, or
     *     two sections have the same number
     */
    public static Benchmark of(String id, String title, List<Section> sections) {
        boolean wellFormed = !id.isEmpty()
                && id.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.');
        if (!wellFormed || title.isBlank() || sections.isEmpty()) {
            throw new IllegalArgumentException(
                    "a benchmark needs an id such as cis-docker-1.7.0, a title and sections");
        }
        Set<String> numbers = new HashSet<>();
        for (Section section : sections) {
            if (!numbers.add(section.number())) {
                throw new IllegalArgumentException("benchmark " + id + " has section " + section.number() + " twice");
            }
        }
        return new Benchmark(id, title, List.copyOf(sections), Set.of(), Set.of());
    }

    /**
     * {@return this benchmark about some kinds of subjects only; findings about others do not count}
     *
     * @param subjectKinds the {@linkplain SubjectRef#kind kinds}; empty for all
     */
    public Benchmark withSubjectKinds(Set<String> subjectKinds) {
        return new Benchmark(id, title, sections, sorted(subjectKinds), otherKinds);
    }

    /**
     * {@return this benchmark without some kinds of subjects, whose findings do not count}
     *
     * @param otherKinds the {@linkplain SubjectRef#kind kinds} that the benchmark is not about
     */
    public Benchmark withOtherKinds(Set<String> otherKinds) {
        return new Benchmark(id, title, sections, subjectKinds, sorted(otherKinds));
    }

    private static Set<String> sorted(Set<String> kinds) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(kinds));
    }

    /** {@return the short name with the edition, for example {@code cis-docker-1.7.0}} */
    public String id() {
        return id;
    }

    /** {@return the name of the document, with its edition} */
    public String title() {
        return title;
    }

    /** {@return the sections in the order of the document; unmodifiable} */
    public List<Section> sections() {
        return sections;
    }

    /**
     * {@return whether findings about subjects of a kind count}
     *
     * @param kind the kind of subject
     */
    public boolean isAbout(String kind) {
        return (subjectKinds.isEmpty() || subjectKinds.contains(kind)) && !otherKinds.contains(kind);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Benchmark that
                && id.equals(that.id)
                && title.equals(that.title)
                && sections.equals(that.sections)
                && subjectKinds.equals(that.subjectKinds)
                && otherKinds.equals(that.otherKinds);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, title);
    }

    /** {@return the title} */
    @Override
    public String toString() {
        return title;
    }
}
