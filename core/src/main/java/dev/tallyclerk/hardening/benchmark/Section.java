package dev.tallyclerk.hardening.benchmark;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A section of a benchmark, and which rules cover it: those that cite certain sections, and those that it names.
 *
 * <p>Immutable; two sections are equal if all their parts are.
 */
public final class Section {
    private final String number;
    private final String title;
    private final Set<RuleInfo.Citation> citations;
    private final Map<RuleId, Set<Aspect>> rules;

    private Section(String number, String title, Set<RuleInfo.Citation> citations, Map<RuleId, Set<Aspect>> rules) {
        this.number = number;
        this.title = title;
        this.citations = citations;
        this.rules = rules;
    }

    /** A value of the evidence in a problem; an empty name stands for the whole rule. */
    record Aspect(String name, String value) {
        static final Aspect WHOLE = new Aspect("", "");

        boolean isWhole() {
            return name.isEmpty();
        }
    }

    /**
     * {@return a section that no rule covers yet}
     *
     * @param number the number or name in the benchmark, for example {@code 5.4}; it is unique in a benchmark
     * @param title what the section asks for
     * @throws IllegalArgumentException if a text is blank
     */
    public static Section of(String number, String title) {
        if (number.isBlank() || title.isBlank()) {
            throw new IllegalArgumentException("a section needs a number and a title");
        }
        return new Section(number, title, Set.of(), Map.of());
    }

    /**
     * {@return this section, covered by the rules that cite a section of a document}
     *
     * @param citation the citation in the metadata of rules; its edition may be another than the benchmark's
     */
    public Section withCitation(RuleInfo.Citation citation) {
        Set<RuleInfo.Citation> more = new HashSet<>(citations);
        more.add(Objects.requireNonNull(citation, "citation"));
        return new Section(number, title, Set.copyOf(more), rules);
    }

    /**
     * {@return this section, covered by a rule}
     *
     * @param rule the rule, which need not exist
     */
    public Section withRule(RuleId rule) {
        return with(rule, Aspect.WHOLE);
    }

    /**
     * {@return this section, covered by one aspect of a rule}
     *
     * <p>The section fails if a problem of the rule has that evidence. It passes if the rule ran and all its problems
     * have evidence that another section of the benchmark names, and is unknown if there is any other problem.
     *
     * @param rule the rule, which need not exist
     * @param evidenceName the name of the evidence, for example {@code check}
     * @param evidenceValue its value
     */
    public Section withAspect(RuleId rule, String evidenceName, String evidenceValue) {
        if (evidenceName.isEmpty()) {
            throw new IllegalArgumentException("the name of the evidence is empty");
        }
        return with(rule, new Aspect(evidenceName, evidenceValue));
    }

    private Section with(RuleId rule, Aspect aspect) {
        Map<RuleId, Set<Aspect>> more = new HashMap<>(rules);
        Set<Aspect> aspects = new HashSet<>(more.getOrDefault(rule, Set.of()));
        aspects.add(aspect);
        more.put(rule, Set.copyOf(aspects));
        return new Section(number, title, citations, Map.copyOf(more));
    }

    /** {@return the number or name in the benchmark, for example {@code 5.4}} */
    public String number() {
        return number;
    }

    /** {@return what the section asks for} */
    public String title() {
        return title;
    }

    /**
     * {@return whether a rule covers this section, wholly or in part}
     *
     * @param rule the metadata of the rule
     */
    public boolean isCoveredBy(RuleInfo rule) {
        return !aspects(rule).isEmpty();
    }

    /** {@return what of a rule is about this section; empty if nothing is} */
    List<Aspect> aspects(RuleInfo rule) {
        List<Aspect> aspects = new ArrayList<>(rules.getOrDefault(rule.id(), Set.of()));
        Optional<RuleInfo.Citation> cited =
                rule.references().stream().filter(citations::contains).findFirst();
        if (cited.isPresent() && !aspects.contains(Aspect.WHOLE)) {
            aspects.add(Aspect.WHOLE);
        }
        return aspects;
    }

    /** {@return the rules that this section names} */
    Set<RuleId> namedRules() {
        return rules.keySet();
    }

    /** {@return the values of evidence that this section names of a rule} */
    Set<Aspect> named(RuleId rule) {
        return rules.getOrDefault(rule, Set.of());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Section that
                && number.equals(that.number)
                && title.equals(that.title)
                && citations.equals(that.citations)
                && rules.equals(that.rules);
    }

    @Override
    public int hashCode() {
        return Objects.hash(number, title);
    }

    /** {@return number and title} */
    @Override
    public String toString() {
        return number + ' ' + title;
    }
}
